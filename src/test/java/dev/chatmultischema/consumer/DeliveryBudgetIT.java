package dev.chatmultischema.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatService;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A tenant has more messages than a node may hold: they are requeued, redelivered and stored. */
class DeliveryBudgetIT {

  private static final int MESSAGES = 200;

  @Test
  void requeuesDeliveriesBeyondTheBudgetAndStoresThemLater() throws Exception {
    var backends = Backends.shared();
    try (var broker = new Broker(backends.rabbitmqUrl());
        var chat =
            ChatService.on(backends)
                .environment("DATABASE_URL", backends.newDatabase())
                .setting("consumer.maxHeld", "1MiB")
                .start()) {
      var admin = chat.asAdmin();
      var tenant = admin.post("/tenants", Map.of("tenant_name", "B")).text("/tenant_id");
      chat.admin().post("/tasks/kill-consumers?tenant=" + tenant).expect(200);
      for (int n = 0; n < MESSAGES; n++) {
        broker.put(
            Broker.queue(tenant), "{\"n\":%d,\"x\":\"%s\"}".formatted(n, "x".repeat(30_000)));
      }
      // The consumer stops at its bound again and again, so the command may see none that runs.
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> chat.admin().post("/tasks/start-consumers?tenant=" + tenant).expect(200));

      var client = admin.tenant(tenant);
      await().atMost(Duration.ofMinutes(1)).until(() -> client.head() == MESSAGES);
      assertThat(client.messages().stream().map(message -> message.at("/content/n").asInt()))
          .containsExactlyElementsOf(IntStream.range(0, MESSAGES).boxed().toList());
      assertThat(chat.admin().post("/tasks/list-consumers?tenant=" + tenant).body())
          .contains("requeued for now: this node holds deliveries of");
    }
  }
}
