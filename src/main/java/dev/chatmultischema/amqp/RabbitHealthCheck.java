package dev.chatmultischema.amqp;

import com.codahale.metrics.health.HealthCheck;
import dev.chatmultischema.amqp.topology.TenantQueues;

/**
 * Reports healthy if the broker responds on the publishing connection and does not block it.
 *
 * <p>Each check declares the exchange of expired retries passively and redeclares it if it was
 * deleted: without the exchange, a classic retry queue loses expired messages.
 */
final class RabbitHealthCheck extends HealthCheck {

  private final TenantQueues queues;

  RabbitHealthCheck(TenantQueues queues) {
    this.queues = queues;
  }

  @Override
  protected Result check() {
    queues.redeclareSharedIfMissing();
    return Result.healthy();
  }
}
