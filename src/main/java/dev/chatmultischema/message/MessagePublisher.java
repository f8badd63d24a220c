package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;

/** Hands messages to the broker. */
public interface MessagePublisher {

  /**
   * Puts messages in their order into the tenant's queue, and returns once the broker confirmed
   * every one.
   *
   * @throws BrokerUnavailable if it did not, in time or at all; some of them may be in the queue
   *     all the same
   */
  void publish(TenantId tenant, List<Draft> drafts);
}
