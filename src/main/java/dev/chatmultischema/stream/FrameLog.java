package dev.chatmultischema.stream;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A tenant's latest events, each encoded once for all subscribers, up to a number of bytes; the
 * oldest go first.
 *
 * <p>Bytes are only ever added behind what was given out, so they are read without a lock.
 */
final class FrameLog {

  private static final int MIN_SEGMENT = 4 * 1024;
  private static final int MAX_SEGMENT = 64 * 1024;

  private final long maxBytes;
  private final Budget budget;
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private long base;
  private long head;
  private long bytes;
  private boolean closed;

  /**
   * @param head the {@code seq} after which events are added
   * @param maxBytes what it holds at most, or 64 KiB if that is less or the budget is exceeded
   */
  FrameLog(long head, long maxBytes, Budget budget) {
    this.base = head;
    this.head = head;
    this.maxBytes = maxBytes;
    this.budget = budget;
  }

  /** The {@code seq} of the latest event. */
  synchronized long head() {
    return head;
  }

  /** Whether what follows a position is gone from here, and only in the database. */
  synchronized boolean isBehind(long position) {
    return position < base;
  }

  /** Adds an event above the head; its data is the given part of an array. */
  synchronized void append(long seq, byte[] data, int from, int length) {
    if (seq <= head) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "event %d is not above %d", seq, head));
    }
    if (closed) {
      base = seq;
      head = seq;
      return;
    }
    int size = Frames.length(seq, length);
    var last = segments.peekLast();
    if (last == null || !last.takes(seq, size)) {
      last = new Segment(seq, Math.max(size, nextCapacity(last)));
      segments.add(last);
      count(last.bytes.length);
    }
    last.append(seq, data, from, length);
    head = seq;
    trim();
  }

  /** Goes on after a higher {@code seq}; what is below is only in the database. */
  synchronized void skipTo(long seq) {
    if (seq > head) {
      removeAll();
      base = seq;
      head = seq;
    }
  }

  /** Lets the oldest events go that are too many. */
  synchronized void trim() {
    long limit = budget.exceeded() ? MAX_SEGMENT : maxBytes;
    while (bytes > limit && segments.size() > 1) {
      removeOldest();
    }
  }

  /** Lets all go, and holds nothing that comes from now on. */
  synchronized void close() {
    closed = true;
    removeAll();
  }

  private void removeAll() {
    while (!segments.isEmpty()) {
      removeOldest();
    }
  }

  private void removeOldest() {
    var oldest = segments.remove();
    base = oldest.lastSeq();
    count(-oldest.bytes.length);
  }

  private void count(int change) {
    bytes += change;
    budget.add(change);
  }

  /**
   * As many events after a position as are held in one piece; empty if there is none, or if the
   * position {@link #isBehind}.
   */
  synchronized Optional<Slice> after(long position) {
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

  /** Events with consecutive {@code seq} in one array. */
  private static final class Segment {
    private final long firstSeq;
    private final byte[] bytes;
    private int used;
    private int events;
    private int[] ends = new int[8];

    Segment(long firstSeq, int capacity) {
      this.firstSeq = firstSeq;
      this.bytes = new byte[capacity];
    }

    long lastSeq() {
      return firstSeq + events - 1;
    }

    boolean takes(long seq, int size) {
      return seq == lastSeq() + 1 && used + size <= bytes.length;
    }

    void append(long seq, byte[] data, int from, int length) {
      used = Frames.write(bytes, used, seq, data, from, length);
      if (events == ends.length) {
        ends = Arrays.copyOf(ends, events * 2);
      }
      ends[events++] = used;
    }

    Slice after(long position) {
      int skipped = (int) Math.max(0, position + 1 - firstSeq);
      int start = skipped == 0 ? 0 : ends[skipped - 1];
      return new Slice(bytes, start, used, lastSeq(), events - skipped);
    }
  }
}
