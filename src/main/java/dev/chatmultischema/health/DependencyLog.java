package dev.chatmultischema.health;

import com.codahale.metrics.health.HealthCheck;
import com.google.common.base.Throwables;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A health check that logs when what it checks goes and when it comes back, once each, with the
 * reason, which is all that its result keeps of a failure.
 */
final class DependencyLog extends HealthCheck {

  private static final Logger LOG = LoggerFactory.getLogger(DependencyLog.class);

  private enum State {
    UNKNOWN,
    UP,
    DOWN
  }

  private final String name;
  private final HealthCheck check;
  private final AtomicReference<State> last = new AtomicReference<>(State.UNKNOWN);

  DependencyLog(String name, HealthCheck check) {
    this.name = name;
    this.check = check;
  }

  @Override
  protected Result check() {
    var result = check.execute();
    var reason = result.isHealthy() ? null : reason(result);
    // A check that was interrupted by shutting down says nothing about the dependency.
    if (!Thread.currentThread().isInterrupted()) {
      log(reason);
    }
    return reason == null ? result : Result.unhealthy(reason);
  }

  private void log(String reason) {
    var now = reason == null ? State.UP : State.DOWN;
    if (last.getAndSet(now) == now) {
      return;
    }
    if (now == State.UP) {
      LOG.info("{} is up", name);
    } else {
      LOG.warn("{} is down, waiting for it: {}", name, reason);
    }
  }

  private static String reason(Result result) {
    if (result.getError() == null) {
      return String.valueOf(result.getMessage());
    }
    var cause =
        Throwables.getCausalChain(result.getError()).stream()
            .filter(SQLException.class::isInstance)
            .findFirst()
            .orElseGet(() -> Throwables.getRootCause(result.getError()));
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
