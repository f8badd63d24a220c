package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.QueueType;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OutcomeRouterTest {

  private static final TenantId TENANT = new TenantId(new UUID(0, 7));
  private static final Exception CAUSE = new IllegalArgumentException("because");

  private final TenantMeters meters = TestMeters.create();
  private final List<OutboundMessage> published = new ArrayList<>();
  private RuntimeException failure;
  private final OutcomeRouter router =
      new OutcomeRouter(
          (tenant, messages) -> {
            assertThat(tenant).isEqualTo(TENANT);
            if (failure != null) {
              throw failure;
            }
            published.addAll(messages);
          },
          new MessageTopology(QueueType.CLASSIC, List.of(1_000L, 60_000L)),
          new OutcomePolicy(2),
          "node-a");

  @Test
  void settlesAStoredDelivery() {
    var delivery = Deliveries.of(1, "{}");
    var routed = route(new Outcome.Stored(delivery));
    assertThat(routed.settled()).containsExactly(delivery);
    assertThat(routed.postponed()).isEmpty();
    assertThat(published).isEmpty();
    assertThat(counts()).containsExactly(1.0, 0.0, 0.0, 0.0);
  }

  @Test
  void settlesADuplicate() {
    var delivery = Deliveries.of(1, "{}");
    assertThat(route(new Outcome.Duplicate(delivery)).settled()).containsExactly(delivery);
    assertThat(published).isEmpty();
    assertThat(counts()).containsExactly(0.0, 1.0, 0.0, 0.0);
  }

  @Test
  void republishesARetryToTheQueueOfItsDelay() {
    var first = Deliveries.withAttempts(1, 0);
    var second = Deliveries.withAttempts(2, 1);
    var routed = route(new Outcome.Retry(first, CAUSE), new Outcome.Retry(second, CAUSE));
    assertThat(routed.settled()).containsExactly(first, second);
    assertThat(published.get(0).exchange()).matches("chat\\.retry\\.(900|1000|1100)");
    assertThat(published.get(1).exchange()).matches("chat\\.retry\\.(54000|60000|66000)");
    assertThat(published)
        .allSatisfy(
            message -> assertThat(message.routingKey()).isEqualTo(MessageTopology.queue(TENANT)));
    assertThat(published.get(1).properties().getHeaders()).containsEntry(MessageCodec.ATTEMPTS, 2);
    assertThat(counts()).containsExactly(0.0, 0.0, 2.0, 0.0);
  }

  @Test
  void republishesADeadLetterToItsQueue() {
    var delivery = Deliveries.withAttempts(1, 2);
    var routed = route(new Outcome.DeadLetter(delivery, CAUSE));
    assertThat(routed.settled()).containsExactly(delivery);
    assertThat(published)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.exchange()).isEmpty();
              assertThat(message.routingKey()).isEqualTo(MessageTopology.deadLetterQueue(TENANT));
              assertThat(message.body()).isEqualTo(delivery.delivery().body());
            });
    assertThat(counts()).containsExactly(0.0, 0.0, 0.0, 1.0);
  }

  @Test
  void keepsAPostponedDelivery() {
    var outcome = new Outcome.Postponed(Deliveries.of(1, "{}"), CAUSE);
    var routed = route(outcome);
    assertThat(routed.settled()).isEmpty();
    assertThat(routed.postponed()).containsExactly(outcome);
    assertThat(counts()).containsExactly(0.0, 0.0, 0.0, 0.0);
  }

  @Test
  void postponesFailedMessagesThatTheBrokerDidNotConfirm() {
    for (var cause :
        List.of(
            new BrokerUnavailable("no confirm", null),
            new TenantMissing(TENANT),
            Deliveries.failure(Deliveries.OUTAGE))) {
      failure = cause;
      var stored = Deliveries.of(1, "{}");
      var retried = Deliveries.withAttempts(2, 0);
      var dead = Deliveries.withAttempts(3, 2);
      var routed =
          route(
              new Outcome.Stored(stored),
              new Outcome.Retry(retried, CAUSE),
              new Outcome.DeadLetter(dead, CAUSE));
      assertThat(routed.settled()).containsExactly(stored);
      assertThat(routed.postponed())
          .containsExactly(
              new Outcome.Postponed(retried, cause), new Outcome.Postponed(dead, cause));
    }
    assertThat(counts()).containsExactly(3.0, 0.0, 0.0, 0.0);
  }

  private OutcomeRouter.Routed route(Outcome... outcomes) {
    return router.route(TENANT, List.of(outcomes), meters);
  }

  private List<Double> counts() {
    return List.of(
        meters.stored().get(),
        meters.duplicate().get(),
        meters.retried().get(),
        meters.deadLettered().get());
  }
}
