package dev.chatmultischema.stream.feed;

import dev.chatmultischema.message.Position;
import java.util.Optional;

/**
 * One broadcast from Redis: messages with consecutive {@code seq}, each a line of JSON, after a
 * line with the first position: {@code seq}, or {@code epoch.seq} after the first epoch.
 *
 * @param bytes the whole payload
 * @param start the index of the first message in {@code bytes}
 */
record BroadcastPayload(byte[] bytes, int start, int epoch, long firstSeq, int count) {

  /** A number with more digits may exceed a {@code long}. */
  private static final int MAX_DIGITS = 18;

  private static final int MAX_EPOCH_DIGITS = 9;

  /**
   * Reads the positions of messages but not their JSON; empty if the payload is malformed.
   *
   * @param from the index of the first line
   */
  static Optional<BroadcastPayload> parse(byte[] bytes, int from) {
    int epoch = Position.FIRST_EPOCH;
    int at = from;
    int i = endOfNumber(bytes, at);
    if (i > at && i - at <= MAX_EPOCH_DIGITS && i < bytes.length && bytes[i] == '.') {
      epoch = (int) number(bytes, at, i);
      at = i + 1;
      i = endOfNumber(bytes, at);
    }
    long first = number(bytes, at, i);
    if (i == at || i == bytes.length || bytes[i] != '\n' || first == 0) {
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
    return count == 0
        ? Optional.empty()
        : Optional.of(new BroadcastPayload(bytes, start, epoch, first, count));
  }

  long lastSeq() {
    return firstSeq + count - 1;
  }

  /** Appends the messages above a log's head; {@code firstSeq} is at most the head plus 1. */
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

  private static int endOfNumber(byte[] bytes, int from) {
    int i = from;
    while (i < bytes.length && i < from + MAX_DIGITS && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }

  private static long number(byte[] bytes, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }

  private static int endOfLine(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }
}
