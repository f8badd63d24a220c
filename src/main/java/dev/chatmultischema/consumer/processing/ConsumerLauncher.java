package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.Rabbit;
import dev.chatmultischema.amqp.consume.QueueConsumer;
import dev.chatmultischema.amqp.consume.QueueMissing;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;

/**
 * Starts consumers, and redeclares a tenant's queue that was deleted.
 *
 * @param prefetch the largest number of unacknowledged deliveries of one tenant
 */
public record ConsumerLauncher(
    Rabbit rabbit, TenantDao tenants, ChatMetrics metrics, SharedResources shared, int prefetch) {

  /**
   * Starts to consume a tenant's queue.
   *
   * @param onChange called when the consumer has shut down by itself or should be shut down
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker is unavailable or refuses
   * @throws QueueMissing if neither the queue nor the tenant exists
   */
  public SupervisedConsumer launch(Tenant tenant, ConsumerStatus status, Runnable onChange)
      throws QueueMissing {
    var id = tenant.tenantId();
    var consumer =
        new TenantConsumer(id, tenant.workers(), status, metrics.of(id), shared, onChange);
    consumer.start(consume(id, consumer));
    return consumer;
  }

  private QueueConsumer consume(TenantId tenant, TenantConsumer consumer) throws QueueMissing {
    try {
      return rabbit.consumers().consume(tenant, prefetch, consumer);
    } catch (QueueMissing e) {
      // A queue that was deleted is redeclared, unless its tenant was deleted too.
      if (tenants.find(tenant).isEmpty()) {
        throw e;
      }
      rabbit.queues().declare(tenant);
      return rabbit.consumers().consume(tenant, prefetch, consumer);
    }
  }

  /** Returns whether this node has memory for the deliveries of another consumer. */
  public boolean hasCapacity() {
    return shared.budget().isHalfFree();
  }

  /** Starts the threads that all consumers share. */
  public void start() {
    shared.scheduler().start();
  }

  /** Stops the threads that all consumers share. */
  public void stop() throws InterruptedException {
    shared.scheduler().stop();
  }
}
