package dev.chatmultischema.message;

/** Converts the text representation that PostgreSQL returns for a {@code jsonb} value. */
final class JsonbText {

  private JsonbText() {}

  /** Removes the spaces that PostgreSQL writes after colons and commas. */
  static String compact(String json) {
    var compact = new StringBuilder(json.length());
    int copied = 0;
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      switch (json.charAt(i)) {
        case '"' -> inString = !inString;
        case '\\' -> i++; // An escaped quote does not end the string.
        case ' ' -> {
          if (!inString) {
            compact.append(json, copied, i);
            copied = i + 1;
          }
        }
        default -> {}
      }
    }
    return compact.append(json, copied, json.length()).toString();
  }
}
