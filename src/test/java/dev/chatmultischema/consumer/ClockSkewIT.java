package dev.chatmultischema.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Messages that were accepted or failed on machines whose clocks are ahead or behind. */
class ClockSkewIT {

  private static final List<Duration> SKEWS =
      List.of(
          Duration.ofMinutes(5),
          Duration.ofMinutes(-5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(-5));

  @Test
  void storesInOrderOfArrivalAndMeasuresNoNegativeLatency() throws Exception {
    try (var chat = ChatService.on(Backends.shared()).start();
        var broker = new Broker(Backends.shared().rabbitmqUrl())) {
      var tenant = chat.addTenant(chat.adminToken());
      var client = chat.asMember(tenant);
      var claimed = new ArrayList<String>();
      for (var skew : SKEWS) {
        var at = Instant.now().plus(skew).truncatedTo(ChronoUnit.MILLIS);
        claimed.add(at.toString());
        broker.put(Broker.queue(tenant.toString()), accepted(at), "{}".getBytes(UTF_8));
        awaitStored(client, claimed.size());
      }
      assertThat(client.messages())
          .extracting(message -> Instant.parse(message.get("created_at").asText()).toString())
          .containsExactlyElementsOf(claimed);
      // Two were accepted in the future; the latencies of the others are 5 s and 5 min, or more.
      await().untilAsserted(() -> assertThat(latencies(chat, tenant)).isBetween(305.0, 400.0));
      client.post("/messages", Map.of("content", Map.of())).expect(202);
      awaitStored(client, claimed.size() + 1);
    }
  }

  private static void awaitStored(ChatClient client, int messages) {
    await().atMost(Duration.ofSeconds(20)).until(() -> client.messages().size() == messages);
  }

  private static double latencies(ChatService chat, TenantId tenant) {
    return chat.metric("chat_delivery_seconds_sum", tenant);
  }

  private static AMQP.BasicProperties accepted(Instant at) {
    return new AMQP.BasicProperties.Builder()
        .messageId(UUID.randomUUID().toString())
        .headers(Map.of("x-chat-accepted-at", at.toEpochMilli(), "x-chat-attempts", 1))
        .build();
  }
}
