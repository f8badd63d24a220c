package dev.chatmultischema.message;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Copies one JSON object as text without white space, and refuses what PostgreSQL cannot store as
 * {@code jsonb}. Numbers are copied as text, never parsed.
 *
 * <p>A generator of Jackson would write the same text, at a multiple of the cost: it allocates
 * buffers of 16 KB for each object, and needs each token as a string of its own.
 */
final class CompactCopy {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private final JsonParser from;
  private final StringBuilder to = new StringBuilder(256);

  /** The number of characters by which the object grows when its numbers are written out. */
  private long growth;

  CompactCopy(JsonParser from) {
    this.from = from;
  }

  /** Copies the tokens from the current start of an object to its end. */
  void copyObject() throws IOException {
    int depth = 0;
    boolean isFirst = true;
    var token = from.currentToken();
    do {
      if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
        to.append(token.asCharArray());
        depth--;
        isFirst = false;
        continue;
      }
      if (!isFirst) {
        to.append(',');
      }
      isFirst = false;
      switch (token) {
        case START_OBJECT, START_ARRAY -> {
          to.append(token.asCharArray());
          depth++;
          isFirst = true;
        }
        case FIELD_NAME -> {
          copyString();
          to.append(':');
          isFirst = true;
        }
        case VALUE_STRING -> copyString();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> copyNumber();
        case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> to.append(token.asCharArray());
        default -> throw new InvalidContent(from, "must be a JSON object");
      }
    } while (depth > 0 && (token = from.nextToken()) != null);
    if (depth > 0) {
      throw new InvalidContent(from, "ends inside the object");
    }
  }

  /** Returns by how many characters the object grows when its numbers are written out. */
  long growth() {
    return growth;
  }

  private void copyNumber() throws IOException {
    var number = from.getText();
    int length = NumericLength.of(number);
    if (length == NumericLength.OUT_OF_RANGE) {
      throw new InvalidContent(
          from,
          "must not hold a number with more than 131072 digits before or 16383 after the decimal"
              + " point");
    }
    growth += Math.max(0, length - number.length());
    to.append(number);
  }

  /** Copies the current name or string, which the parser holds without escapes. */
  private void copyString() throws IOException {
    to.append('"');
    char[] text = from.getTextCharacters();
    int start = from.getTextOffset();
    int end = start + from.getTextLength();
    int copied = start;
    for (int i = start; i < end; i++) {
      char c = text[i];
      if (c < ' ' || c == '"' || c == '\\') {
        to.append(text, copied, i - copied);
        escape(c);
        copied = i + 1;
      } else if (Character.isSurrogate(c)) {
        requirePair(text, i, end);
        i++;
      }
    }
    to.append(text, copied, end - copied).append('"');
  }

  private void escape(char c) throws InvalidContent {
    switch (c) {
      case 0 -> throw new InvalidContent(from, "must not hold \\u0000");
      case '"', '\\' -> to.append('\\').append(c);
      case '\b' -> to.append("\\b");
      case '\f' -> to.append("\\f");
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      default -> to.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
    }
  }

  private void requirePair(char[] text, int high, int end) throws InvalidContent {
    boolean isPair =
        Character.isHighSurrogate(text[high])
            && high + 1 < end
            && Character.isLowSurrogate(text[high + 1]);
    if (!isPair) {
      throw new InvalidContent(from, "must not hold a lone surrogate");
    }
  }

  @Override
  public String toString() {
    return to.toString();
  }
}
