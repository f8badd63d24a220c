package dev.chatmultischema.json;

import java.util.Optional;
import java.util.UUID;

/**
 * Parses every UUID that comes from outside the service: in JSON, URLs, headers, tokens, AMQP
 * properties and parameters of tasks.
 */
public final class StrictUuid {

  private static final int LENGTH = 36;

  private static final byte[] DIGITS = digits();

  private StrictUuid() {}

  /**
   * Parses the form of RFC 9562, section 4, in lower or upper case; returns empty for any other
   * text. {@link UUID#fromString} accepts digits of other scripts too, and groups of other lengths.
   */
  public static Optional<UUID> parse(String text) {
    if (text == null || text.length() != LENGTH) {
      return Optional.empty();
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') {
          return Optional.empty();
        }
        continue;
      }
      int digit = c < DIGITS.length ? DIGITS[c] : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      high = high << 4 | low >>> 60;
      low = low << 4 | digit;
    }
    return Optional.of(new UUID(high, low));
  }

  /** Returns the values of the hexadecimal digits by ASCII character, and -1 for others. */
  private static byte[] digits() {
    var digits = new byte[128];
    for (char c = 0; c < digits.length; c++) {
      digits[c] = (byte) Character.digit(c, 16);
    }
    return digits;
  }
}
