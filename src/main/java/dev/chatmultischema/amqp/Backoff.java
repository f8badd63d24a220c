package dev.chatmultischema.amqp;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits that double from try to try up to a bound, each shortened at random by up to half. */
final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private Duration next = FIRST;

  Duration next() {
    var wait = next;
    next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
    return wait.minusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 2));
  }

  void reset() {
    next = FIRST;
  }
}
