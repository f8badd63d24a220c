package dev.chatmultischema.message;

/**
 * Recognizes a JSON object (RFC 8259) that is stored as it is: without white space, escapes and
 * exponents. The service publishes most contents in this form, so that its consumer need not parse
 * them and write them again.
 *
 * <p>An object in any other form, valid or not, is not recognized, and left to the parser.
 */
final class CompactJson {

  /** Deeper objects are left to the parser, which has a bound of its own. */
  private static final int MAX_DEPTH = 64;

  /** Longer numbers are left to the parser, since {@code numeric} may not hold them. */
  private static final int MAX_NUMBER_LENGTH = 64;

  private final byte[] text;
  private int at;

  private CompactJson(byte[] text) {
    this.text = text;
  }

  /**
   * Returns whether a text is one object that the parser would accept, and write again without a
   * change.
   *
   * @param text well-formed UTF-8, which has no lone surrogate
   */
  static boolean isObject(byte[] text) {
    var reader = new CompactJson(text);
    return reader.peek() == '{' && reader.object(1) && reader.at == text.length;
  }

  /** Returns the next byte, or 0 at the end; no byte of a recognized text is 0. */
  private byte peek() {
    return at < text.length ? text[at] : 0;
  }

  private boolean skip(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  private boolean object(int depth) {
    at++;
    if (skip('}')) {
      return true;
    }
    do {
      if (!string() || !skip(':') || !value(depth)) {
        return false;
      }
    } while (skip(','));
    return skip('}');
  }

  private boolean array(int depth) {
    at++;
    if (skip(']')) {
      return true;
    }
    do {
      if (!value(depth)) {
        return false;
      }
    } while (skip(','));
    return skip(']');
  }

  private boolean value(int depth) {
    return switch (peek()) {
      case '"' -> string();
      case '{' -> depth < MAX_DEPTH && object(depth + 1);
      case '[' -> depth < MAX_DEPTH && array(depth + 1);
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    };
  }

  /** Skips a string without escapes; bytes of other than ASCII characters are negative. */
  private boolean string() {
    if (!skip('"')) {
      return false;
    }
    for (int i = at; i < text.length; i++) {
      byte b = text[i];
      if (b == '"') {
        at = i + 1;
        return true;
      }
      if (b == '\\' || (b >= 0 && b < ' ')) {
        return false;
      }
    }
    return false;
  }

  private boolean literal(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!skip(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean number() {
    int start = at;
    skip('-');
    boolean isInteger = skip('0') || digits();
    boolean isNumber = isInteger && (!skip('.') || digits());
    return isNumber && at - start <= MAX_NUMBER_LENGTH;
  }

  /** Skips one or more digits. */
  private boolean digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at > start;
  }
}
