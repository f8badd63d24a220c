package dev.chatmultischema.stream;

import java.util.TreeMap;

/** What came before its turn, up to a number; what comes on top is forgotten. */
final class EarlyPayloads {

  private static final int MAX = 256;

  private final TreeMap<Long, Payload> byFirstSeq = new TreeMap<>();

  boolean isEmpty() {
    return byFirstSeq.isEmpty();
  }

  void add(Payload payload) {
    if (byFirstSeq.size() < MAX) {
      byFirstSeq.merge(
          payload.firstSeq(),
          payload,
          (one, other) -> one.lastSeq() < other.lastSeq() ? other : one);
    }
  }

  void clear() {
    byFirstSeq.clear();
  }

  /** Adds to a log all that has its turn now. */
  void appendTo(FrameLog log) {
    while (!byFirstSeq.isEmpty() && byFirstSeq.firstKey() <= log.head() + 1) {
      byFirstSeq.pollFirstEntry().getValue().appendTo(log);
    }
  }
}
