package dev.chatmultischema.amqp.connection;

/**
 * Skips encoded values (AMQP 0-9-1, section 4.2.5, with the field types that RabbitMQ uses) without
 * decoding them. Each method expects the position of a value and returns the position after it, or
 * {@link #MALFORMED} if the client could not read it.
 */
final class AmqpValues {

  /** No position: a value is incomplete, nested too deep or of an unknown type. */
  static final int MALFORMED = -1;

  /** The maximum depth that the client's {@code ValueReader} accepts. */
  private static final int MAX_DEPTH = 32;

  private AmqpValues() {}

  static int unsignedShort(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  static int skip(byte[] bytes, int at, long length) {
    return at == MALFORMED || length > bytes.length - at ? MALFORMED : (int) (at + length);
  }

  static int skipShortString(byte[] bytes, int at) {
    return at == MALFORMED || at == bytes.length
        ? MALFORMED
        : skip(bytes, at, 1 + (bytes[at] & 0xff));
  }

  /** Skips a long string, a table or an array: a length of four bytes, and as many bytes. */
  static int skipLong(byte[] bytes, int at) {
    if (skip(bytes, at, 4) == MALFORMED) {
      return MALFORMED;
    }
    long length = (long) unsignedShort(bytes, at) << 16 | unsignedShort(bytes, at + 2);
    return skip(bytes, at, 4 + length);
  }

  static int skipTable(byte[] bytes, int at) {
    return skipFields(bytes, at, true, 0);
  }

  /** Skips a table, or an array, whose values have no names. */
  private static int skipFields(byte[] bytes, int from, boolean named, int depth) {
    int end = depth > MAX_DEPTH ? MALFORMED : skipLong(bytes, from);
    if (end == MALFORMED) {
      return MALFORMED;
    }
    int at = from + 4;
    while (at < end && at != MALFORMED) {
      int value = named ? skipShortString(bytes, at) : at;
      at = skipField(bytes, value, depth + 1);
    }
    // A position beyond the end means that a value exceeds its table.
    return at == end ? end : MALFORMED;
  }

  private static int skipField(byte[] bytes, int from, int depth) {
    int at = skip(bytes, from, 1);
    if (at == MALFORMED) {
      return MALFORMED;
    }
    return switch (bytes[from]) {
      case 'V' -> at;
      case 't', 'b', 'B' -> skip(bytes, at, 1);
      case 's', 'u' -> skip(bytes, at, 2);
      case 'I', 'i', 'f' -> skip(bytes, at, 4);
      case 'D' -> skip(bytes, at, 5);
      case 'T', 'l', 'd' -> skip(bytes, at, 8);
      case 'S', 'x' -> skipLong(bytes, at);
      case 'F' -> skipFields(bytes, at, true, depth);
      case 'A' -> skipFields(bytes, at, false, depth);
      default -> MALFORMED;
    };
  }
}
