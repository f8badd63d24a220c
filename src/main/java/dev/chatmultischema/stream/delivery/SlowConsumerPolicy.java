package dev.chatmultischema.stream.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Decides when one client reads too slowly.
 *
 * <p>A client that has caught up once is too slow when the feed's log, which is bounded, has
 * evicted its next frames, and the client then reads nothing for 2 s or does not catch up within 5
 * s. A client that still replays history may be as slow as it likes. No client may read nothing for
 * longer than a configured time.
 *
 * <p>Times are nanoseconds in the scale of {@link System#nanoTime}.
 */
final class SlowConsumerPolicy {

  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long CATCH_UP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long maxStallNanos;
  private boolean wasLive;
  private boolean isEvicted;
  private long evictedSince;

  /**
   * @param maxStall the time after which any client that reads nothing is too slow
   */
  SlowConsumerPolicy(Duration maxStall) {
    this.maxStallNanos = maxStall.toNanos();
  }

  /** Records that the log has all frames that the client has not received. */
  void recordInLog() {
    wasLive = true;
    isEvicted = false;
  }

  /** Records that the log has evicted the client's next frames. */
  void recordEvicted(long now) {
    if (!isEvicted) {
      isEvicted = true;
      evictedSince = now;
    }
  }

  /** Returns whether a client that has read nothing for {@code blockedNanos} is disconnected. */
  boolean isTooSlow(long blockedNanos, long now) {
    return blockedNanos >= maxStallNanos
        || (wasLive
            && isEvicted
            && (blockedNanos >= STALL_NANOS || now - evictedSince >= CATCH_UP_NANOS));
  }
}
