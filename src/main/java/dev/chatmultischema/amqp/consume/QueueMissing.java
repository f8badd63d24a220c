package dev.chatmultischema.amqp.consume;

import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.tenant.TenantId;

/** A tenant's queue does not exist: it was never declared, or was deleted. */
public final class QueueMissing extends Exception {

  private static final long serialVersionUID = 1;

  QueueMissing(TenantId tenant, Throwable cause) {
    super(MessageTopology.queue(tenant) + " does not exist", cause);
  }
}
