package dev.chatmultischema.amqp;

import com.codahale.metrics.health.HealthCheck;

/**
 * Healthy if the broker answers on the connection that this node publishes on, and takes messages.
 */
final class RabbitHealthCheck extends HealthCheck {

  private final PublisherLink link;

  RabbitHealthCheck(PublisherLink link) {
    this.link = link;
  }

  @Override
  protected Result check() {
    link.withChannel(channel -> channel.exchangeDeclarePassive(MessageTopology.TENANTS));
    return Result.healthy();
  }
}
