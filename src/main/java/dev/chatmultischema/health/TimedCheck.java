package dev.chatmultischema.health;

import com.codahale.metrics.health.HealthCheck;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Wraps a health check with a timeout.
 *
 * <p>A call while the previous check still runs waits for the result of that check. So a server
 * that accepts connections but does not respond blocks one thread of the executor, until the
 * client's own timeout, and not one more with each call.
 */
final class TimedCheck extends HealthCheck {

  private final HealthCheck check;
  private final ExecutorService executor;
  private final Duration timeout;

  private Future<Result> running;

  TimedCheck(HealthCheck check, ExecutorService executor, Duration timeout) {
    this.check = check;
    this.executor = executor;
    this.timeout = timeout;
  }

  @Override
  protected Result check() {
    try {
      return measurement().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Result.unhealthy("no answer in %d ms", timeout.toMillis());
    } catch (ExecutionException e) {
      return Result.unhealthy(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Result.unhealthy("interrupted");
    }
  }

  /** Returns the running check, or starts one. */
  private synchronized Future<Result> measurement() {
    if (running == null || running.isDone()) {
      running = executor.submit(check::execute);
    }
    return running;
  }
}
