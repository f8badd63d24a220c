package dev.chatmultischema.concurrency;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits between attempts: doubling from 100 ms to a maximum, each cut to a random part of at least
 * a half, so that those that failed together do not come back together.
 *
 * <p>Not for use by several threads at once.
 */
public final class Backoff {

  private static final long FIRST_MILLIS = 100;

  private final long maxMillis;
  private long nextMillis;

  public Backoff(Duration max) {
    maxMillis = Math.max(1, max.toMillis());
    reset();
  }

  /** Starts anew, after a success. */
  public void reset() {
    nextMillis = Math.min(FIRST_MILLIS, maxMillis);
  }

  /** The wait before the next attempt. */
  public Duration next() {
    long wait = nextMillis;
    nextMillis = Math.min(nextMillis * 2, maxMillis);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
  }
}
