package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that decides a delivery's fate, and counts it. */
public final class OutcomeRouter {

  private static final Logger LOG = LoggerFactory.getLogger(OutcomeRouter.class);

  private final ConfirmingPublisher publisher;
  private final RetryPolicy policy;

  public OutcomeRouter(ConfirmingPublisher publisher, RetryPolicy policy) {
    this.publisher = publisher;
    this.policy = policy;
  }

  /** What is settled and may be acknowledged, and what must be tried again. */
  record Settled(List<DecodedDelivery> done, List<Outcome> notNow) {}

  /**
   * Puts each failed message where it waits for its next attempt or is kept for good; one that the
   * broker did not confirm there is not settled.
   */
  Settled settle(TenantId tenant, List<Outcome> outcomes, TenantMeters meters) {
    var done = new ArrayList<DecodedDelivery>(outcomes.size());
    var notNow = new ArrayList<Outcome>();
    var failed = new ArrayList<Outcome>();
    long now = System.currentTimeMillis();
    int stored = 0;
    int duplicates = 0;
    for (var outcome : outcomes) {
      switch (outcome.fate()) {
        case STORED -> {
          // Another machine's clock, which may be ahead, says when it was accepted.
          long millis = Math.max(0, now - outcome.message().acceptedAt().toEpochMilli());
          meters.delivery().observe(millis / 1e3);
          done.add(outcome.message());
          stored++;
        }
        case DUPLICATE -> {
          done.add(outcome.message());
          duplicates++;
        }
        case RETRY, DEAD_LETTER -> failed.add(outcome);
        case NOT_NOW -> notNow.add(outcome);
      }
    }
    meters.stored().inc(stored);
    meters.duplicate().inc(duplicates);
    if (!failed.isEmpty()) {
      route(tenant, failed, meters, done, notNow);
    }
    return new Settled(done, notNow);
  }

  private void route(
      TenantId tenant,
      List<Outcome> failed,
      TenantMeters meters,
      List<DecodedDelivery> done,
      List<Outcome> notNow) {
    var routed = new ArrayList<OutboundMessage>(failed.size());
    int retried = 0;
    int deadLettered = 0;
    for (var outcome : failed) {
      switch (policy.fate(outcome)) {
        case RETRY -> {
          routed.add(policy.retry(tenant, outcome));
          retried++;
        }
        case DEAD_LETTER -> {
          LOG.warn(
              "message {} of tenant {} is a dead letter: {}",
              outcome.message().messageId(),
              tenant,
              outcome.cause().getMessage());
          routed.add(policy.deadLetter(tenant, outcome));
          deadLettered++;
        }
        case STORED, DUPLICATE, NOT_NOW -> throw new IllegalStateException(outcome.toString());
      }
    }
    try {
      publisher.republish(tenant, routed);
      meters.retried().inc(retried);
      meters.deadLettered().inc(deadLettered);
      failed.forEach(outcome -> done.add(outcome.message()));
    } catch (BrokerUnavailable | TenantMissing | JdbiException e) {
      failed.forEach(outcome -> notNow.add(outcome.notNow(e)));
    }
  }
}
