package dev.chatmultischema.stream.feed;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of all frame logs of the node, which share one limit of memory. */
public final class FrameBudget {

  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  public FrameBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds allocated bytes, or subtracts freed bytes if the number is negative. */
  void add(long change) {
    bytes.addAndGet(change);
  }

  boolean isExceeded() {
    return bytes.get() > maxBytes;
  }
}
