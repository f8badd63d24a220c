package dev.chatmultischema.message;

import java.nio.charset.StandardCharsets;

/** Converts the text representation that PostgreSQL returns for a {@code jsonb} value. */
final class JsonbText {

  private JsonbText() {}

  /**
   * Removes the spaces that PostgreSQL writes after colons and commas.
   *
   * @param json UTF-8, whose bytes of other than ASCII characters equal none of an ASCII character
   */
  static String compact(byte[] json) {
    var compact = new byte[json.length];
    int length = 0;
    boolean inString = false;
    for (int i = 0; i < json.length; i++) {
      byte b = json[i];
      if (b == ' ' && !inString) {
        continue;
      }
      compact[length++] = b;
      if (b == '"') {
        inString = !inString;
      } else if (b == '\\') {
        // An escaped quote does not end the string.
        i++;
        compact[length++] = json[i];
      }
    }
    return new String(compact, 0, length, StandardCharsets.UTF_8);
  }
}
