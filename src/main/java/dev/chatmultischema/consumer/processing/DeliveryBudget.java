package dev.chatmultischema.consumer.processing;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all deliveries that this node holds. Prefetch bounds only the number of
 * deliveries, for each tenant separately.
 */
public final class DeliveryBudget {

  /** The memory of a delivery beyond its body, in bytes, estimated. */
  private static final int OVERHEAD = 512;

  private final long maxBytes;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param maxBytes the bound, in bytes, including an estimated overhead of each delivery
   */
  public DeliveryBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Adds a body of so many bytes, even beyond the bound, since the broker has delivered it already;
   * returns whether the total is within the bound.
   */
  boolean add(int bytes) {
    return held.addAndGet(bytes + OVERHEAD) <= maxBytes;
  }

  /** Subtracts a body that is no longer held. */
  void subtract(int bytes) {
    held.addAndGet(-bytes - OVERHEAD);
  }

  boolean isHalfFree() {
    return held.get() <= maxBytes / 2;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "this node holds deliveries of %d bytes, max=%d", held.get(), maxBytes);
  }
}
