package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.FailedMessage;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.consumer.processing.Outcome.Fate;
import dev.chatmultischema.tenant.TenantId;

/**
 * Says where a failed message goes: to the wait before its next attempt, or to the dead letters.
 */
public final class RetryPolicy {

  private final MessageTopology topology;
  private final String node;

  public RetryPolicy(MessageTopology topology, String node) {
    this.topology = topology;
    this.node = node;
  }

  /** A message that failed once more than there are waits is dead. */
  Fate fate(Outcome failed) {
    return failed.fate() == Fate.RETRY && failedMessage(failed).attempts() > topology.retries()
        ? Fate.DEAD_LETTER
        : failed.fate();
  }

  OutboundMessage retry(TenantId tenant, Outcome failed) {
    var message = failedMessage(failed);
    return message.routedTo(
        topology.retryExchange(message.attempts() - 1), MessageTopology.queue(tenant));
  }

  OutboundMessage deadLetter(TenantId tenant, Outcome failed) {
    return failedMessage(failed).routedTo("", MessageTopology.deadLetterQueue(tenant));
  }

  private FailedMessage failedMessage(Outcome failed) {
    var message = failed.message();
    return FailedMessage.of(message.delivery(), message.messageId(), failed.cause(), node);
  }
}
