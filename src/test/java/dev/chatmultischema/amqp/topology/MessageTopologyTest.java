package dev.chatmultischema.amqp.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageTopologyTest {

  @Test
  void findsTheTenantOfAQueue() {
    var tenant = TenantId.create();
    assertThat(MessageTopology.tenant(MessageTopology.queue(tenant))).contains(tenant);
    for (var queue :
        List.of(
            "",
            "orders",
            MessageTopology.deadLetterQueue(tenant),
            MessageTopology.queue(tenant) + "2",
            MessageTopology.queue(tenant).toUpperCase(java.util.Locale.ROOT),
            "tenant_" + "-".repeat(36) + "_queue",
            "tenant_" + "a".repeat(36) + "_queue")) {
      assertThat(MessageTopology.tenant(queue)).as(queue).isEmpty();
    }
  }

  @Test
  void spreadsRetriesOverThreeDelays() {
    var topology = new MessageTopology(QueueType.CLASSIC, List.of(1_000L, 5_000L));
    var exchanges =
        IntStream.range(0, 1_000)
            .mapToObj(n -> topology.retryExchange(1))
            .collect(Collectors.toSet());
    assertThat(exchanges)
        .containsExactlyInAnyOrder("chat.retry.4500", "chat.retry.5000", "chat.retry.5500");
  }

  @Test
  void namesTheQueuesOfATenantByItsId() {
    var tenant = TenantId.fromString("0b5a6a0c-8f0e-4a87-9a6e-0d1f6d3c2b1a");
    assertThat(MessageTopology.queue(tenant))
        .isEqualTo("tenant_0b5a6a0c-8f0e-4a87-9a6e-0d1f6d3c2b1a_queue");
    assertThat(MessageTopology.deadLetterQueue(tenant))
        .isEqualTo("tenant_0b5a6a0c-8f0e-4a87-9a6e-0d1f6d3c2b1a_dlq");
  }

  @Test
  void hasOneRetryForEachDelayAndThreeQueuesForEachRetry() {
    var topology = new MessageTopology(QueueType.CLASSIC, List.of(1_000L, 5_000L));
    assertThat(topology.retries()).isEqualTo(2);
    assertThat(topology.retryExchanges())
        .containsExactlyInAnyOrder(
            "chat.retry.900",
            "chat.retry.1000",
            "chat.retry.1100",
            "chat.retry.4500",
            "chat.retry.5000",
            "chat.retry.5500");
  }

  @Test
  void sharesQueuesBetweenDelaysThatOverlap() {
    assertThat(MessageTopology.queueDelays(List.of(1_000L, 1_000L, 900L)))
        .containsExactly(900L, 1_000L, 1_100L, 810L, 990L);
  }

  @Test
  void consumesATenantsQueueOnOneNodeAtATime() {
    for (var type : QueueType.values()) {
      assertThat(new MessageTopology(type, List.of(1_000L)).tenantArguments())
          .containsEntry("x-single-active-consumer", true)
          .containsAllEntriesOf(type.arguments())
          .containsAllEntriesOf(type.deliveryArguments());
    }
  }

  @Test
  void deadLettersExpiredRetriesToTheExchangeOfTenants() {
    for (var type : QueueType.values()) {
      assertThat(new MessageTopology(type, List.of(1_000L)).retryArguments(900))
          .containsEntry("x-message-ttl", 900L)
          .containsEntry("x-dead-letter-exchange", "chat.tenants")
          .doesNotContainKey("x-dead-letter-routing-key")
          .containsAllEntriesOf(type.expiryArguments())
          .doesNotContainKey("x-delivery-limit");
    }
  }
}
