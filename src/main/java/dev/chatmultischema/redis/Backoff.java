package dev.chatmultischema.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits between attempts to connect: doubling from 100 ms to a maximum, each cut to a random part
 * of at least a half, so that nodes do not come back all at once.
 */
final class Backoff {

  private static final long FIRST_MILLIS = 100;

  private final long maxMillis;
  private long nextMillis = FIRST_MILLIS;

  Backoff(Duration max) {
    this.maxMillis = Math.max(1, max.toMillis());
  }

  void reset() {
    nextMillis = FIRST_MILLIS;
  }

  long nextMillis() {
    long wait = Math.min(nextMillis, maxMillis);
    nextMillis = Math.min(nextMillis * 2, maxMillis);
    return ThreadLocalRandom.current().nextLong(wait / 2, wait + 1);
  }
}
