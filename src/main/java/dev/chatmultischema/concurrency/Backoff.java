package dev.chatmultischema.concurrency;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential back-off: delays between attempts that double from 100 ms to a maximum. Each is
 * reduced to a random part of at least one half, so that clients that failed at the same time do
 * not retry at the same time.
 *
 * <p>Not safe for use by several threads.
 */
public final class Backoff {

  private static final long MIN_MILLIS = 100;

  private final long maxMillis;
  private long nextMillis;

  /**
   * @param max the longest delay; at least 1 ms
   */
  public Backoff(Duration max) {
    maxMillis = Math.max(1, max.toMillis());
    reset();
  }

  /** Restarts at the shortest delay, after a success. */
  public void reset() {
    nextMillis = Math.min(MIN_MILLIS, maxMillis);
  }

  /** Returns the delay before the next attempt. */
  public Duration next() {
    long delay = nextMillis;
    nextMillis = Math.min(nextMillis * 2, maxMillis);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(delay / 2, delay + 1));
  }
}
