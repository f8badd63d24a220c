package dev.chatmultischema.message;

import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Publishes messages to the broker. */
public interface MessagePublisher {

  /**
   * Publishes messages to the tenant's queue, in list order, without waiting for the broker.
   *
   * @return completes once the broker has confirmed every message; completes with {@link
   *     BrokerUnavailable} if a publisher confirm is missing, though some of the messages may be in
   *     the queue, and with {@link dev.chatmultischema.tenant.TenantMissing} if the tenant has been
   *     deleted. Dependents must not block.
   */
  CompletableFuture<Void> publish(TenantId tenant, List<Draft> drafts, RequestTrace trace);
}
