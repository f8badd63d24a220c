package dev.chatmultischema.admin;

import dev.chatmultischema.json.Timestamps;
import java.time.Instant;
import java.util.Locale;

/** Makes any text safe to print on a terminal. */
final class TerminalText {

  private TerminalText() {}

  /**
   * Returns the text on one line, with control, format and other invisible characters written as
   * {@code \\uXXXX}; a minus for null.
   */
  static String of(Object value) {
    if (value == null) {
      return "-";
    }
    var safe = new StringBuilder();
    var text = value instanceof Instant time ? Timestamps.format(time) : value.toString();
    text.codePoints().forEach(character -> append(safe, character));
    return safe.toString();
  }

  private static void append(StringBuilder safe, int character) {
    if (visible(character)) {
      safe.appendCodePoint(character);
    } else {
      for (char unit : Character.toChars(character)) {
        safe.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
      }
    }
  }

  private static boolean visible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
