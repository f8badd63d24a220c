package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.Rabbit;
import dev.chatmultischema.amqp.consume.QueueConsumer;
import dev.chatmultischema.amqp.consume.QueueMissing;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;

/** Starts consumers; where a tenant's queue was deleted under the service, with a new queue. */
public record ConsumerLauncher(
    Rabbit rabbit, TenantDao tenants, ChatMetrics metrics, SharedResources parts, int prefetch) {

  /**
   * Starts to consume a tenant's queue.
   *
   * @param changed called if the consumer ends, or should end, without being told to
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker is away or refuses
   * @throws QueueMissing if there is no queue, and no such tenant any more
   */
  public TenantConsumer launch(Tenant tenant, ConsumerStatus status, Runnable changed)
      throws QueueMissing {
    var id = tenant.tenantId();
    var consumer = new TenantConsumer(id, tenant.workers(), status, metrics.of(id), parts, changed);
    consumer.start(subscribe(id, consumer));
    return consumer;
  }

  private QueueConsumer subscribe(TenantId tenant, TenantConsumer consumer) throws QueueMissing {
    try {
      return rabbit.consumers().consume(tenant, prefetch, consumer);
    } catch (QueueMissing e) {
      // Somebody deleted it, which is healed, or the tenant was, which must not be undone.
      if (tenants.find(tenant).isEmpty()) {
        throw e;
      }
      rabbit.queues().declare(tenant);
      return rabbit.consumers().consume(tenant, prefetch, consumer);
    }
  }

  /** Whether another consumer may take deliveries. */
  public boolean hasRoom() {
    return parts.budget().halfFree();
  }
}
