package dev.chatmultischema.health;

import com.codahale.metrics.health.HealthCheck;
import java.time.Duration;

/**
 * Repeats a health check every 20 ms in its first execution, until it is healthy or a time limit is
 * reached; later executions run it once.
 *
 * <p>While the service starts, its connections are being opened. Without the repetition, it would
 * be reported as ready one check interval later, and every start would log an outage.
 */
final class FirstCheck extends HealthCheck {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final HealthCheck check;
  private final Duration limit;

  private volatile boolean isFirst = true;

  FirstCheck(HealthCheck check, Duration limit) {
    this.check = check;
    this.limit = limit;
  }

  @Override
  protected Result check() throws InterruptedException {
    var result = check.execute();
    if (isFirst) {
      long started = System.nanoTime();
      while (!result.isHealthy() && System.nanoTime() - started < limit.toNanos()) {
        Thread.sleep(PAUSE.toMillis());
        result = check.execute();
      }
      isFirst = false;
    }
    return result;
  }
}
