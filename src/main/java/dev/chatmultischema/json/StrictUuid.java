package dev.chatmultischema.json;

import java.util.Optional;
import java.util.UUID;

/**
 * Parses every UUID that comes from outside the service: in JSON, URLs, headers, tokens, AMQP
 * properties and parameters of tasks.
 */
public final class StrictUuid {

  private static final int LENGTH = 36;

  private StrictUuid() {}

  /**
   * Parses the form of RFC 9562, section 4, in lower or upper case; returns empty for any other
   * text. {@link UUID#fromString} accepts digits of other scripts too, and groups of other lengths.
   */
  public static Optional<UUID> parse(String text) {
    if (text == null || text.length() != LENGTH) {
      return Optional.empty();
    }
    for (int i = 0; i < LENGTH; i++) {
      if (!isValid(i, text.charAt(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(UUID.fromString(text));
  }

  private static boolean isValid(int index, char character) {
    return switch (index) {
      case 8, 13, 18, 23 -> character == '-';
      default ->
          character >= '0' && character <= '9'
              || character >= 'a' && character <= 'f'
              || character >= 'A' && character <= 'F';
    };
  }
}
