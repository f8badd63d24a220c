package dev.chatmultischema.stream.feed;

import java.util.TreeMap;

/**
 * Holds broadcasts that arrived before their predecessors, at most 256 of them and 1 MiB; further
 * ones are dropped, and read from PostgreSQL later.
 */
final class ReorderBuffer {

  private static final int MAX_PAYLOADS = 256;
  private static final int MAX_BYTES = 1024 * 1024;

  private final TreeMap<Long, BroadcastPayload> byFirstSeq = new TreeMap<>();
  private int bytes;

  boolean isEmpty() {
    return byFirstSeq.isEmpty();
  }

  void add(BroadcastPayload payload) {
    if (byFirstSeq.size() < MAX_PAYLOADS && bytes + payload.bytes().length <= MAX_BYTES) {
      var existing = byFirstSeq.putIfAbsent(payload.firstSeq(), payload);
      bytes += existing == null ? payload.bytes().length : 0;
    }
  }

  void clear() {
    byFirstSeq.clear();
    bytes = 0;
  }

  /** Moves all broadcasts that follow a log's head without a gap to that log. */
  void appendTo(FrameLog log) {
    while (!byFirstSeq.isEmpty() && byFirstSeq.firstKey() <= log.head() + 1) {
      var next = byFirstSeq.pollFirstEntry().getValue();
      bytes -= next.bytes().length;
      next.appendTo(log);
    }
  }
}
