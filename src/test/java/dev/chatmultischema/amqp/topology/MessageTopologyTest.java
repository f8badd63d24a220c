package dev.chatmultischema.amqp.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageTopologyTest {

  @Test
  void knowsWhoseQueueItIs() {
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
  void spreadsRetriesOverThreeWaits() {
    var topology = new MessageTopology(QueueType.CLASSIC, List.of(1_000L, 5_000L));
    var exchanges =
        IntStream.range(0, 1_000)
            .mapToObj(n -> topology.retryExchange(1))
            .collect(Collectors.toSet());
    assertThat(exchanges)
        .containsExactlyInAnyOrder("chat.retry.4500", "chat.retry.5000", "chat.retry.5500");
  }
}
