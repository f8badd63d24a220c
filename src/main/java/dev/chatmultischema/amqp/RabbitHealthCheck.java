package dev.chatmultischema.amqp;

import com.codahale.metrics.health.HealthCheck;
import dev.chatmultischema.amqp.topology.TenantQueues;

/**
 * Healthy if the broker answers on the connection that this node publishes on, and takes messages.
 *
 * <p>It asks for the exchange that retries come back through, once a second, and declares it anew
 * if somebody deleted it: until then a classic retry queue loses what expires.
 */
final class RabbitHealthCheck extends HealthCheck {

  private final TenantQueues queues;

  RabbitHealthCheck(TenantQueues queues) {
    this.queues = queues;
  }

  @Override
  protected Result check() {
    queues.redeclareMissingShared();
    return Result.healthy();
  }
}
