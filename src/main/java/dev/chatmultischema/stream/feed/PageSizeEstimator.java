package dev.chatmultischema.stream.feed;

import dev.chatmultischema.message.Limit;

/** Estimates the number of rows of a page of a given size in bytes, from the last page read. */
public final class PageSizeEstimator {

  /** The size of a page that is replayed to one subscriber, in one write. */
  public static final int REPLAY_PAGE_BYTES = 64 * 1024;

  /** The size of a page that is appended to a feed, for all of its subscribers. */
  public static final int FEED_PAGE_BYTES = 256 * 1024;

  private static final int FIRST_ROWS = 64;

  private final int targetBytes;
  private int rows = FIRST_ROWS;

  public PageSizeEstimator(int targetBytes) {
    this.targetBytes = targetBytes;
  }

  /** Returns the number of rows to read next, from 1 to {@link Limit#MAX}. */
  int rows() {
    return rows;
  }

  /** Updates the estimate with a page that was read. */
  void update(int count, long bytes) {
    if (count > 0) {
      long fitting = targetBytes * (long) count / Math.max(1, bytes);
      rows = (int) Math.min(Limit.MAX, Math.max(1, fitting));
    }
  }
}
