package dev.chatmultischema.stream.feed;

/**
 * Tracks whether a feed may have missed messages. A read of PostgreSQL closes only the gaps that
 * were open before it began.
 */
final class GapTracker {

  /** A new feed may have missed messages. */
  private int opened = 1;

  private int closed;

  /** Records that messages may have been missed until now. */
  synchronized void open() {
    opened++;
  }

  /** Returns a mark of the gaps that are open before a read of PostgreSQL, for {@link #close}. */
  synchronized int mark() {
    return opened;
  }

  /** Records that all messages missed before the mark have been read, or that there were none. */
  synchronized void close(int mark) {
    closed = Math.max(closed, mark);
  }

  synchronized boolean hasOpenGap() {
    return closed != opened;
  }
}
