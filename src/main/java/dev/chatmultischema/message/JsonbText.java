package dev.chatmultischema.message;

/** The text that PostgreSQL writes of a {@code jsonb} value. */
final class JsonbText {

  private JsonbText() {}

  /** The same JSON without the spaces that PostgreSQL writes behind colons and commas. */
  static String compact(String json) {
    var compact = new StringBuilder(json.length());
    int copied = 0;
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      switch (json.charAt(i)) {
        case '"' -> inString = !inString;
        case '\\' -> i++; // Whatever is escaped ends no string.
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
