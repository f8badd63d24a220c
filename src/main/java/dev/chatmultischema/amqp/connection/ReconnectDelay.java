package dev.chatmultischema.amqp.connection;

import dev.chatmultischema.concurrency.Backoff;
import java.time.Duration;

/** The earliest time of the next attempt to connect: with back-off up to 5 s after failures. */
final class ReconnectDelay {

  private static final Duration MAX_DELAY = Duration.ofSeconds(5);

  private final Backoff backoff = new Backoff(MAX_DELAY);
  private long notBefore = System.nanoTime();

  /** Delays the next attempt, each time longer. */
  synchronized void extend() {
    notBefore = System.nanoTime() + backoff.next().toNanos();
  }

  /** Makes the next delay a short one. */
  synchronized void reset() {
    backoff.reset();
  }

  /** Returns the time until the next attempt, or 0 if it may begin now. */
  synchronized long remainingNanos() {
    return Math.max(0, notBefore - System.nanoTime());
  }
}
