package dev.chatmultischema.stream.delivery;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Schedules one subscriber's periodic checks and heartbeats, and detects the expiry of its token.
 *
 * <p>{@code now} is a time in the scale of {@link System#nanoTime}, {@code nowMillis} one in the
 * scale of {@link System#currentTimeMillis}.
 */
final class SubscriberTimer {

  private static final long CHECK_MILLIS = 1_000;

  private final long expiresAtMillis;
  private final long heartbeatNanos;
  private long nextCheck;
  private long nextHeartbeat;

  SubscriberTimer(Instant expiresAt, long heartbeatNanos, long now) {
    this.expiresAtMillis = expiresAt.toEpochMilli();
    this.heartbeatNanos = heartbeatNanos;
    this.nextCheck = now;
    this.nextHeartbeat = now + heartbeatNanos;
  }

  boolean isCheckDue(long now) {
    return now - nextCheck >= 0;
  }

  /** Schedules the next check: in 1 s, or at the next heartbeat or the expiry if that is sooner. */
  void scheduleCheck(long now, long nowMillis) {
    long millis = Math.min(expiresAtMillis - nowMillis, CHECK_MILLIS);
    nextCheck = now + Math.min(TimeUnit.MILLISECONDS.toNanos(millis), heartbeatNanos);
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
