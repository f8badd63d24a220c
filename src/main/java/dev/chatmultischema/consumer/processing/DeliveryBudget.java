package dev.chatmultischema.consumer.processing;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all deliveries that this node holds: prefetch bounds their number for each
 * tenant only.
 */
public final class DeliveryBudget {

  /** A small message is more than its body, too. */
  private static final int OVERHEAD = 512;

  private final long maxBytes;
  private final AtomicLong held = new AtomicLong();

  public DeliveryBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Counts a body of so many bytes; false if there is no room for it, though it is counted. */
  boolean take(int bytes) {
    return held.addAndGet(bytes + OVERHEAD) <= maxBytes;
  }

  /** Counts what cannot be refused. */
  void keep(int bytes) {
    held.addAndGet(bytes + OVERHEAD);
  }

  void give(int bytes) {
    held.addAndGet(-bytes - OVERHEAD);
  }

  boolean halfFree() {
    return held.get() <= maxBytes / 2;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "deliveries of %d bytes wait on this node, at most %d may",
        held.get(),
        maxBytes);
  }
}
