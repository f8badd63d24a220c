package dev.chatmultischema.stream;

import dev.chatmultischema.message.Limit;

/** Finds how many rows make a page of about so many bytes, from the pages seen so far. */
final class PageSize {

  /** For a page that is written at once and belongs to one subscriber. */
  static final int OWN_BYTES = 64 * 1024;

  /** For a page that all of a tenant's subscribers share. */
  static final int SHARED_BYTES = 256 * 1024;

  private static final int FIRST_ROWS = 64;

  private final int targetBytes;
  private int rows = FIRST_ROWS;

  PageSize(int targetBytes) {
    this.targetBytes = targetBytes;
  }

  int rows() {
    return rows;
  }

  void saw(int count, long bytes) {
    if (count > 0) {
      long fitting = targetBytes * (long) count / Math.max(1, bytes);
      rows = (int) Math.min(Limit.MAX, Math.max(1, fitting));
    }
  }
}
