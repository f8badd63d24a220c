package dev.chatmultischema.amqp.consume;

import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.tenant.TenantId;

/** There is no queue to consume from: never declared, or deleted under the service. */
public final class QueueMissing extends Exception {

  private static final long serialVersionUID = 1;

  QueueMissing(TenantId tenant, Throwable cause) {
    super(MessageTopology.queue(tenant) + " does not exist", cause);
  }
}
