package dev.chatmultischema.stream;

import java.util.TreeMap;

/** What came before its turn, up to some number and size; what comes on top is forgotten. */
final class EarlyPayloads {

  private static final int MAX_PAYLOADS = 256;
  private static final int MAX_BYTES = 1024 * 1024;

  private final TreeMap<Long, Payload> byFirstSeq = new TreeMap<>();
  private int bytes;

  boolean isEmpty() {
    return byFirstSeq.isEmpty();
  }

  void add(Payload payload) {
    if (byFirstSeq.size() < MAX_PAYLOADS && bytes + payload.bytes().length <= MAX_BYTES) {
      var before = byFirstSeq.putIfAbsent(payload.firstSeq(), payload);
      bytes += before == null ? payload.bytes().length : 0;
    }
  }

  void clear() {
    byFirstSeq.clear();
    bytes = 0;
  }

  /** Adds to a log all that has its turn now. */
  void appendTo(FrameLog log) {
    while (!byFirstSeq.isEmpty() && byFirstSeq.firstKey() <= log.head() + 1) {
      var next = byFirstSeq.pollFirstEntry().getValue();
      bytes -= next.bytes().length;
      next.appendTo(log);
    }
  }
}
