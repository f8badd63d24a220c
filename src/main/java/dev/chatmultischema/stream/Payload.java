package dev.chatmultischema.stream;

import java.util.Optional;

/**
 * What Redis brings: messages with consecutive {@code seq} as lines of JSON, the first at {@code
 * start}.
 */
record Payload(byte[] bytes, int start, long firstSeq, int count) {

  /** Any more digits would not fit a {@code seq}. */
  private static final int MAX_DIGITS = 18;

  /** Reads only as much as is needed to place it; empty if it is not of this form. */
  static Optional<Payload> parse(byte[] bytes) {
    long first = 0;
    int i = 0;
    while (i < bytes.length && i < MAX_DIGITS && bytes[i] >= '0' && bytes[i] <= '9') {
      first = first * 10 + bytes[i++] - '0';
    }
    if (i == 0 || i == bytes.length || bytes[i] != '\n' || first == 0) {
      return Optional.empty();
    }
    int start = i + 1;
    int count = 0;
    int line = start;
    while (line < bytes.length) {
      int end = endOfLine(bytes, line);
      if (end == bytes.length || bytes[line] != '{' || bytes[end - 1] != '}') {
        return Optional.empty();
      }
      count++;
      line = end + 1;
    }
    return count == 0 ? Optional.empty() : Optional.of(new Payload(bytes, start, first, count));
  }

  long lastSeq() {
    return firstSeq + count - 1;
  }

  /** Adds to a log what it does not have yet; nothing may be missing in between. */
  void appendTo(FrameLog log) {
    int line = start;
    long head = log.head();
    for (long seq = firstSeq; seq <= lastSeq(); seq++) {
      int end = endOfLine(bytes, line);
      if (seq > head) {
        log.append(seq, bytes, line, end - line);
      }
      line = end + 1;
    }
  }

  private static int endOfLine(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }
}
