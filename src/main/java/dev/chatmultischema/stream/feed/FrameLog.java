package dev.chatmultischema.stream.feed;

import dev.chatmultischema.message.Position;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A tenant's latest frames, up to a limit in bytes; the oldest are evicted first.
 *
 * <p>Bytes are only appended, never changed, so a {@link FrameSlice} is read without a lock.
 */
final class FrameLog {

  private static final int MIN_SEGMENT = 4 * 1024;
  private static final int MAX_SEGMENT = 64 * 1024;

  private final int epoch;
  private final long maxBytes;
  private final FrameBudget budget;
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private long base;
  private long head;
  private long bytes;
  private boolean isClosed;

  /**
   * @param head the position after which frames are appended
   * @param maxBytes the limit in bytes; it is 64 KiB at most while the budget is exceeded
   */
  FrameLog(Position head, long maxBytes, FrameBudget budget) {
    this.epoch = head.epoch();
    this.base = head.seq();
    this.head = head.seq();
    this.maxBytes = maxBytes;
    this.budget = budget;
  }

  /** Returns the {@code seq} of the latest frame. */
  synchronized long head() {
    return head;
  }

  /** Returns whether only PostgreSQL still has the messages that follow a position. */
  synchronized boolean hasEvicted(long position) {
    return position < base;
  }

  /**
   * Appends a frame; its data is a part of an array.
   *
   * @param seq a number above the head
   */
  synchronized void append(long seq, byte[] data, int from, int length) {
    if (seq <= head) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "event %d is not above the head %d", seq, head));
    }
    if (isClosed) {
      base = seq;
      head = seq;
      return;
    }
    int size = FrameEncoder.length(epoch, seq, length);
    var last = segments.peekLast();
    if (last == null || !last.fits(seq, size)) {
      last = new Segment(epoch, seq, Math.max(size, nextCapacity(last)));
      segments.add(last);
      adjustBytes(last.bytes.length);
    }
    last.append(seq, data, from, length);
    head = seq;
    trim();
  }

  /** Moves the head to a higher {@code seq}; messages up to it are only in PostgreSQL. */
  synchronized void skipTo(long seq) {
    if (seq > head) {
      evictAll();
      base = seq;
      head = seq;
    }
  }

  /** Evicts the oldest frames beyond the limit. */
  synchronized void trim() {
    long limit = budget.isExceeded() ? MAX_SEGMENT : maxBytes;
    while (bytes > limit && segments.size() > 1) {
      evictOldest();
    }
  }

  /** Evicts all frames; frames appended from now on are not kept. */
  synchronized void close() {
    isClosed = true;
    evictAll();
  }

  private void evictAll() {
    while (!segments.isEmpty()) {
      evictOldest();
    }
  }

  private void evictOldest() {
    var oldest = segments.remove();
    base = oldest.lastSeq();
    adjustBytes(-oldest.bytes.length);
  }

  private void adjustBytes(int change) {
    bytes += change;
    budget.add(change);
  }

  /**
   * Returns the frames after a position that lie in one segment; empty if there are none, or if
   * they are evicted.
   */
  synchronized Optional<FrameSlice> after(long position) {
    if (position < base || position >= head) {
      return Optional.empty();
    }
    Segment found = null;
    for (var newest = segments.descendingIterator(); newest.hasNext(); ) {
      var segment = newest.next();
      if (segment.lastSeq() <= position) {
        break;
      }
      found = segment;
    }
    return Optional.ofNullable(found).map(segment -> segment.after(position));
  }

  private static int nextCapacity(Segment last) {
    return last == null ? MIN_SEGMENT : Math.min(MAX_SEGMENT, last.bytes.length * 2);
  }

  /** Frames with consecutive {@code seq} in one array. */
  private static final class Segment {
    private final int epoch;
    private final long firstSeq;
    private final byte[] bytes;
    private int used;
    private int events;
    private int[] ends = new int[8];

    Segment(int epoch, long firstSeq, int capacity) {
      this.epoch = epoch;
      this.firstSeq = firstSeq;
      this.bytes = new byte[capacity];
    }

    long lastSeq() {
      return firstSeq + events - 1;
    }

    boolean fits(long seq, int size) {
      return seq == lastSeq() + 1 && used + size <= bytes.length;
    }

    void append(long seq, byte[] data, int from, int length) {
      used = FrameEncoder.write(bytes, used, epoch, seq, data, from, length);
      if (events == ends.length) {
        ends = Arrays.copyOf(ends, events * 2);
      }
      ends[events++] = used;
    }

    FrameSlice after(long position) {
      int skipped = (int) Math.max(0, position + 1 - firstSeq);
      int start = skipped == 0 ? 0 : ends[skipped - 1];
      return new FrameSlice(bytes, start, used, lastSeq(), events - skipped);
    }
  }
}
