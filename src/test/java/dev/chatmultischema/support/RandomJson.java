package dev.chatmultischema.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Random;

/** Writes random JSON objects in all forms of RFC 8259, with their values, which are not parsed. */
public final class RandomJson {

  /** Borders of the ranges of UTF-8 and UTF-16, characters that JSON must escape, and others. */
  private static final int[] CHARACTERS = {
    1, 8, 9, 10, 12, 13, 0x1f, ' ', '"', '/', '\\', 'a', 'é', 0x7f, 0x80, 0x7ff, 0x800, 0x2028,
    0x2029, 0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f44d, 0x1f600, 0x2f800,
    0x10fffe, 0x10ffff
  };

  private static final String SHORT_ESCAPES = "\"\\/bfnrt";
  private static final String ESCAPED_SHORT = "\"\\/\b\f\n\r\t";
  private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

  private final Random random;

  public RandomJson(long seed) {
    this.random = new Random(seed);
  }

  /** A text and its value. */
  public record Sample(String text, ObjectNode meaning) {}

  public Sample next() {
    var text = new StringBuilder();
    var meaning = object(text, 3);
    return new Sample(text.toString(), meaning);
  }

  private ObjectNode object(StringBuilder text, int depth) {
    var meaning = NODES.objectNode();
    text.append('{');
    int members = random.nextInt(4);
    for (int i = 0; i < members; i++) {
      text.append(i == 0 ? "" : ",");
      space(text);
      var name = string();
      write(name, text);
      space(text);
      text.append(':');
      if (random.nextInt(8) == 0) {
        value(text, depth);
        text.append(',');
        write(name, text);
        text.append(':');
      }
      meaning.set(name, value(text, depth));
    }
    space(text);
    text.append('}');
    return meaning;
  }

  private JsonNode value(StringBuilder text, int depth) {
    space(text);
    var value =
        switch (random.nextInt(depth == 0 ? 5 : 7)) {
          case 0 -> literal(text);
          case 1, 2 -> number(text);
          case 3, 4 -> {
            var string = string();
            write(string, text);
            yield NODES.textNode(string);
          }
          case 5 -> {
            var array = NODES.arrayNode();
            text.append('[');
            int elements = random.nextInt(4);
            for (int i = 0; i < elements; i++) {
              text.append(i == 0 ? "" : ",");
              array.add(value(text, depth - 1));
            }
            text.append(']');
            yield array;
          }
          default -> object(text, depth - 1);
        };
    space(text);
    return value;
  }

  private JsonNode literal(StringBuilder text) {
    int kind = random.nextInt(3);
    text.append(kind == 0 ? "null" : kind == 1);
    return kind == 0 ? NODES.nullNode() : NODES.booleanNode(kind == 1);
  }

  private JsonNode number(StringBuilder text) {
    var number = new StringBuilder(random.nextBoolean() ? "-" : "");
    number.append(random.nextInt(3) == 0 ? "0" : String.valueOf(1 + random.nextLong(1L << 62)));
    if (random.nextBoolean()) {
      number.append('.').append(random.nextLong(Long.MAX_VALUE)).append("0");
    }
    if (random.nextBoolean()) {
      number.append(random.nextBoolean() ? "e" : "E").append(random.nextInt(801) - 400);
    }
    text.append(number);
    return NODES.numberNode(new BigDecimal(number.toString()));
  }

  /** Returns a string that is sometimes longer than a parser's buffers. */
  private String string() {
    var string = new StringBuilder();
    if (random.nextInt(12) == 0) {
      string.append("x".repeat((random.nextBoolean() ? 4_000 : 8_000) - random.nextInt(64)));
    }
    int length = random.nextInt(12);
    for (int i = 0; i < length; i++) {
      string.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return string.toString();
  }

  private void write(String string, StringBuilder text) {
    text.append('"');
    string
        .codePoints()
        .forEach(
            c -> {
              int place = ESCAPED_SHORT.indexOf(c);
              boolean must = c < ' ' || c == '"' || c == '\\';
              if (place >= 0 && random.nextBoolean()) {
                text.append('\\').append(SHORT_ESCAPES.charAt(place));
              } else if (must || c != 'x' && random.nextBoolean()) {
                for (char unit : Character.toChars(c)) {
                  text.append((random.nextBoolean() ? "\\u%04x" : "\\u%04X").formatted((int) unit));
                }
              } else {
                text.appendCodePoint(c);
              }
            });
    text.append('"');
  }

  private void space(StringBuilder text) {
    if (random.nextInt(4) == 0) {
      text.append(" \t\r\n".charAt(random.nextInt(4)));
    }
  }
}
