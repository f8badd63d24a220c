package dev.chatmultischema.health;

import com.codahale.metrics.health.HealthCheck;
import dev.chatmultischema.logging.FailureReason;
import dev.chatmultischema.logging.OutageLog;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wraps a health check; logs the start and the end of each outage of the dependency, and reduces an
 * unhealthy result to its reason. A failure of the very first check is not logged, since it may run
 * while the first connections are being opened.
 */
final class DependencyLog extends HealthCheck {

  private static final Logger LOG = LoggerFactory.getLogger(DependencyLog.class);

  private final HealthCheck check;
  private final OutageLog outage;
  private final AtomicBoolean hasRun = new AtomicBoolean();

  DependencyLog(String name, HealthCheck check) {
    this.check = check;
    this.outage =
        OutageLog.withFirstSuccess(LOG, name + " is unavailable", "retrying", name + " is up");
  }

  @Override
  protected Result check() {
    var result = check.execute();
    var reason = result.isHealthy() ? null : reason(result);
    // The result of a check that the shutdown interrupted does not describe the dependency.
    if (!Thread.currentThread().isInterrupted()) {
      boolean isFirst = !hasRun.getAndSet(true);
      if (reason == null) {
        outage.up();
      } else if (!isFirst) {
        outage.down(reason);
      }
    }
    return reason == null ? result : Result.unhealthy(reason);
  }

  private static String reason(Result result) {
    return result.getError() == null
        ? String.valueOf(result.getMessage())
        : FailureReason.of(result.getError());
  }
}
