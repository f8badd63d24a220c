package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the pauses of a tenant's consumer during an outage, and logs the first of them.
 *
 * <p>Not thread-safe.
 */
final class PauseBackoff {

  private static final Logger LOG = LoggerFactory.getLogger(PauseBackoff.class);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final TenantId tenant;
  private final Backoff backoff = new Backoff(MAX_PAUSE);
  private boolean isFailing;

  PauseBackoff(TenantId tenant) {
    this.tenant = tenant;
  }

  /** Returns the pause after a batch with postponed deliveries. */
  Duration next(String reason) {
    if (!isFailing) {
      isFailing = true;
      LOG.warn(
          "the consumer of tenant {} pauses, at most {} at a time: {}", tenant, MAX_PAUSE, reason);
    }
    return backoff.next();
  }

  /** Ends the outage, after a batch without postponed deliveries. */
  void reset() {
    isFailing = false;
    backoff.reset();
  }
}
