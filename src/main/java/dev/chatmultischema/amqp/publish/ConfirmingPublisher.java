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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes persistent messages that a queue must take, and waits for the broker's confirm.
 *
 * <p>A message that no queue took is sent again, once, after declaring what may be missing:
 * somebody deleted it under the service.
 */
public final class ConfirmingPublisher implements MessagePublisher {

  private static final Logger LOG = LoggerFactory.getLogger(ConfirmingPublisher.class);

  private final PublisherConnections link;
  private final TenantQueues queues;
  private final TenantDao tenants;

  public ConfirmingPublisher(PublisherConnections link, TenantQueues queues, TenantDao tenants) {
    this.link = link;
    this.queues = queues;
    this.tenants = tenants;
  }

  @Override
  public void publish(TenantId tenant, List<Draft> drafts) {
    republish(tenant, drafts.stream().map(draft -> MessageCodec.encode(tenant, draft)).toList());
  }

  /**
   * Sends a tenant's messages in their order, wherever each is to go, and waits until all are
   * confirmed.
   *
   * @throws BrokerUnavailable if not all were; some of them may have arrived all the same
   * @throws TenantMissing if the tenant has been deleted
   */
  public void republish(TenantId tenant, List<OutboundMessage> messages) {
    var refused = link.publish(tenant, messages).refused();
    if (refused.isEmpty()) {
      return;
    }
    if (tenants.find(tenant).isEmpty()) {
      throw new TenantMissing(tenant);
    }
    LOG.warn(
        "{} messages of tenant {} found no queue, declaring what is missing",
        refused.size(),
        tenant);
    queues.declareShared();
    queues.declare(tenant);
    if (!link.publish(tenant, refused).refused().isEmpty()) {
      throw new BrokerUnavailable("no queue took a message of tenant " + tenant, null);
    }
  }
}
