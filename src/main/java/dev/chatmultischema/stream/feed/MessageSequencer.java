package dev.chatmultischema.stream.feed;

/**
 * Appends one tenant's messages to a {@link FrameLog} in order of {@code seq}, each once, whether
 * they come from Redis or from PostgreSQL, and in any order from Redis.
 */
final class MessageSequencer {

  private final FrameLog log;
  private final ReorderBuffer early = new ReorderBuffer();

  /** The effect of a broadcast. */
  enum Placement {
    /** All of its messages had been appended before. */
    DUPLICATE,
    /** Its new messages were appended, and with them early ones that follow. */
    APPENDED,
    /** Messages before it are missing. */
    EARLY
  }

  MessageSequencer(FrameLog log) {
    this.log = log;
  }

  long head() {
    return log.head();
  }

  /** Appends a broadcast's messages, or buffers them while messages before them are missing. */
  synchronized Placement place(BroadcastPayload payload) {
    long head = log.head();
    if (payload.lastSeq() <= head) {
      return Placement.DUPLICATE;
    }
    if (payload.firstSeq() > head + 1) {
      early.add(payload);
      return Placement.EARLY;
    }
    payload.appendTo(log);
    early.appendTo(log);
    return Placement.APPENDED;
  }

  /**
   * Appends a message that was read from PostgreSQL, unless it came from Redis meanwhile. Gaps in
   * the table are left as they are.
   */
  synchronized void append(long seq, byte[] json) {
    if (seq > log.head()) {
      log.append(seq, json, 0, json.length);
    }
  }

  /** Appends buffered broadcasts that are no longer early. */
  synchronized void appendEarly() {
    early.appendTo(log);
  }

  /** Drops buffered broadcasts, which a read that begins after this call finds in PostgreSQL. */
  synchronized void dropEarly() {
    early.clear();
  }

  synchronized boolean hasEarly() {
    return !early.isEmpty();
  }

  /** Moves the log's head up if more than {@code maxGap} messages are missing. */
  synchronized boolean skipGap(long head, long maxGap) {
    if (head - log.head() <= maxGap) {
      return false;
    }
    log.skipTo(head);
    return true;
  }
}
