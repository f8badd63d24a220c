package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.FailedMessage;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.consumer.processing.Outcome.Postponed;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.JdbiException;

/**
 * Counts the outcomes of a batch, and republishes failed messages to the queue of their outcome.
 */
public final class OutcomeRouter {

  /** Publishes messages and waits until the broker has confirmed all. */
  public interface Republisher {
    void republish(TenantId tenant, List<OutboundMessage> messages);
  }

  private final Republisher republisher;
  private final MessageTopology topology;
  private final OutcomePolicy policy;
  private final String node;

  /**
   * @param node this node's name, for the headers of failed messages
   */
  public OutcomeRouter(
      Republisher republisher, MessageTopology topology, OutcomePolicy policy, String node) {
    this.republisher = republisher;
    this.topology = topology;
    this.policy = policy;
    this.node = node;
  }

  /** The deliveries to acknowledge, and those to keep and process again after a pause. */
  record Routed(List<DecodedDelivery> settled, List<Postponed> postponed) {}

  /**
   * Republishes the messages that failed, with one wait for all confirms. If a confirm is missing,
   * all of their deliveries are postponed.
   */
  Routed route(TenantId tenant, List<Outcome> outcomes, TenantMeters meters) {
    var batch = new Batch(tenant, meters, outcomes.size());
    outcomes.forEach(outcome -> outcome.dispatch(batch));
    meters.stored().inc(batch.stored);
    meters.duplicate().inc(batch.duplicates);
    batch.republish();
    return new Routed(batch.settled, batch.postponed);
  }

  private final class Batch implements Outcome.Handler {
    private final TenantId tenant;
    private final TenantMeters meters;
    private final long now = System.currentTimeMillis();
    private final List<DecodedDelivery> settled;
    private final List<Postponed> postponed = new ArrayList<>();
    private final List<DecodedDelivery> failed = new ArrayList<>();
    private final List<OutboundMessage> outbound = new ArrayList<>();
    private int stored;
    private int duplicates;
    private int retries;
    private int deadLetters;

    Batch(TenantId tenant, TenantMeters meters, int size) {
      this.tenant = tenant;
      this.meters = meters;
      this.settled = new ArrayList<>(size);
    }

    @Override
    public void stored(Outcome.Stored outcome) {
      // The time of acceptance is that of another node's clock, which may be ahead.
      long millis = Math.max(0, now - outcome.delivery().acceptedAt().toEpochMilli());
      meters.delivery().observe(millis / 1e3);
      MessageLog.stored(tenant, outcome.delivery());
      settled.add(outcome.delivery());
      stored++;
    }

    @Override
    public void duplicate(Outcome.Duplicate outcome) {
      MessageLog.duplicate(tenant, outcome.delivery());
      settled.add(outcome.delivery());
      duplicates++;
    }

    @Override
    public void retry(Outcome.Retry outcome) {
      var exchange = topology.retryExchange(outcome.delivery().failedAttempts());
      addFailed(outcome.delivery(), outcome.cause(), exchange, MessageTopology.queue(tenant));
      MessageLog.retrying(tenant, outcome.delivery(), outcome.cause());
      retries++;
    }

    @Override
    public void deadLetter(Outcome.DeadLetter outcome) {
      MessageLog.deadLettering(tenant, outcome.delivery(), outcome.cause());
      addFailed(
          outcome.delivery(),
          outcome.cause(),
          MessageTopology.DEFAULT_EXCHANGE,
          MessageTopology.deadLetterQueue(tenant));
      deadLetters++;
    }

    @Override
    public void postponed(Postponed outcome) {
      postponed.add(outcome);
    }

    private void addFailed(
        DecodedDelivery delivery, Exception cause, String exchange, String routingKey) {
      failed.add(delivery);
      outbound.add(
          FailedMessage.of(delivery.delivery(), delivery.messageId(), cause, node)
              .routedTo(exchange, routingKey));
    }

    private void republish() {
      if (outbound.isEmpty()) {
        return;
      }
      try {
        republisher.republish(tenant, outbound);
        meters.retried().inc(retries);
        meters.deadLettered().inc(deadLetters);
        settled.addAll(failed);
      } catch (BrokerUnavailable | TenantMissing | JdbiException e) {
        failed.forEach(delivery -> postponed.add(policy.notRepublished(delivery, e)));
      }
    }
  }
}
