package dev.chatmultischema.amqp.publish;

import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.MessagePublisher;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes persistent, mandatory messages and waits for their publisher confirms.
 *
 * <p>Returned messages are republished once, after redeclaring the queues: they may have been
 * deleted while the service runs.
 */
public final class ConfirmingPublisher implements MessagePublisher {

  private static final Logger LOG = LoggerFactory.getLogger(ConfirmingPublisher.class);

  private final PublisherConnections connections;
  private final TenantQueues queues;
  private final TenantDao tenants;

  public ConfirmingPublisher(
      PublisherConnections connections, TenantQueues queues, TenantDao tenants) {
    this.connections = connections;
    this.queues = queues;
    this.tenants = tenants;
  }

  @Override
  public CompletableFuture<Void> publish(TenantId tenant, List<Draft> drafts) {
    try {
      publishOutbound(
          tenant, drafts.stream().map(draft -> MessageCodec.encode(tenant, draft)).toList());
      return CompletableFuture.completedFuture(null);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Republishes messages of a tenant in order, each by its own route, and waits until the broker
   * has confirmed all.
   *
   * @throws BrokerUnavailable if a confirm is missing; some messages may have been queued
   * @throws TenantMissing if the tenant has been deleted
   */
  public void republish(TenantId tenant, List<OutboundMessage> messages) {
    publishOutbound(tenant, messages);
  }

  private void publishOutbound(TenantId tenant, List<OutboundMessage> messages) {
    var rejected = connections.publish(tenant, messages).rejected();
    if (rejected.isEmpty()) {
      return;
    }
    if (tenants.find(tenant).isEmpty()) {
      throw new TenantMissing(tenant);
    }
    LOG.warn(
        "{} messages of tenant {} were returned or refused; redeclaring the queues and republishing",
        rejected.size(),
        tenant);
    queues.declareShared();
    queues.declare(tenant);
    int rejectedAgain = connections.publish(tenant, rejected).rejected().size();
    if (rejectedAgain > 0) {
      throw new BrokerUnavailable(
          rejectedAgain + " messages of tenant " + tenant + " were returned or refused twice",
          null);
    }
  }
}
