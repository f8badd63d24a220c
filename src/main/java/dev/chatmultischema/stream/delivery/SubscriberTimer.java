package dev.chatmultischema.stream.delivery;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Schedules one subscriber's heartbeats, and detects the expiry of its token.
 *
 * <p>{@code now} is a time in the scale of {@link System#nanoTime}, {@code nowMillis} one in the
 * scale of {@link System#currentTimeMillis}.
 */
final class SubscriberTimer {

  /** The interval in which every subscriber is checked. */
  static final long CHECK_MILLIS = 1_000;

  private final long expiresAtMillis;
  private final long heartbeatNanos;
  private long nextHeartbeat;

  SubscriberTimer(Instant expiresAt, long heartbeatNanos, long now) {
    this.expiresAtMillis = expiresAt.toEpochMilli();
    this.heartbeatNanos = heartbeatNanos;
    this.nextHeartbeat = now + heartbeatNanos;
  }

  /**
   * Returns whether checks once a second would be late: for the expiry, or for heartbeats of a
   * shorter interval.
   */
  boolean needsFrequentChecks(long nowMillis) {
    return expiresAtMillis - nowMillis < 2 * CHECK_MILLIS
        || heartbeatNanos < TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS);
  }

  boolean isExpired(long nowMillis) {
    return expiresAtMillis - nowMillis <= 0;
  }

  /** Returns whether a heartbeat is due, and schedules the next one if so. */
  boolean pollHeartbeat(long now) {
    if (now - nextHeartbeat < 0) {
      return false;
    }
    nextHeartbeat = now + heartbeatNanos;
    return true;
  }
}
