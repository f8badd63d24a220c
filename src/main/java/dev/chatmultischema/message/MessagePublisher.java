package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;

/** Publishes messages to the broker. */
public interface MessagePublisher {

  /**
   * Publishes messages to the tenant's queue, in list order, and returns once the broker has
   * confirmed every one.
   *
   * @throws BrokerUnavailable if a publisher confirm is missing; some of the messages may be in the
   *     queue nevertheless
   */
  void publish(TenantId tenant, List<Draft> drafts);
}
