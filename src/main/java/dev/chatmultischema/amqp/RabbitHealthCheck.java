package dev.chatmultischema.amqp;

import com.codahale.metrics.health.HealthCheck;
import dev.chatmultischema.amqp.publish.PublisherConnections;
import dev.chatmultischema.amqp.topology.TenantQueues;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reports healthy if messages can be published, and the broker responds to requests about queues. A
 * shared queue that does not respond is only a warning, since the queues of tenants are others.
 *
 * <p>Each check declares the exchange of expired retries passively and redeclares it if it was
 * deleted: without the exchange, a classic retry queue loses expired messages.
 */
final class RabbitHealthCheck extends HealthCheck {

  private final PublisherConnections publishing;
  private final TenantQueues queues;
  private final Supplier<Optional<String>> failureOfShared;

  /**
   * @param failureOfShared returns the reason why shared queues could not be declared or read
   */
  RabbitHealthCheck(
      PublisherConnections publishing,
      TenantQueues queues,
      Supplier<Optional<String>> failureOfShared) {
    this.publishing = publishing;
    this.queues = queues;
    this.failureOfShared = failureOfShared;
  }

  @Override
  protected Result check() {
    publishing.requireUsable();
    queues.redeclareSharedIfMissing();
    return failureOfShared
        .get()
        .map(reason -> Result.healthy("warning: shared queues do not respond: %s", reason))
        .orElseGet(Result::healthy);
  }
}
