package dev.chatmultischema.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Ledger;
import dev.chatmultischema.support.Poison;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Stores, retries, dead-letters and replays messages on quorum queues, which only RabbitMQ has. */
class QuorumQueuesIT {

  @Test
  void storesRetriesDeadLettersAndReplays() throws Exception {
    var backends = Backends.shared();
    assumeFalse(backends.embedded(), "the embedded broker has no quorum queues");
    try (var chat =
            ChatService.on(backends)
                .setting("amqp.queueType", "quorum")
                // Delays that no other test uses, since the queues of others are classic.
                .setting("amqp.retryDelays", "[171ms, 271ms]")
                .start();
        var broker = new Broker(backends.rabbitmqUrl())) {
      var admin = chat.asAdmin();
      var tenant =
          admin.post("/tenants", Map.of("tenant_name", "Quorum")).expect(201).text("/tenant_id");
      var client = admin.tenant(tenant);
      var ledger = new Ledger(chat, tenant);

      var poison = Poison.in(chat.jdbi(), tenant);
      var messages =
          IntStream.range(0, 40)
              .mapToObj(n -> Map.of("content", Map.of("text", (n % 4 == 1 ? Poison.MARK : "") + n)))
              .toList();
      client.post("/messages/batch", Map.of("messages", messages)).expect(202);
      ledger.awaitValue("messages_stored_total", 30);
      ledger.awaitValue("messages_dead_lettered_total", 10);
      assertThat(ledger.of("messages_retried_total")).isEqualTo(20);

      var list = "/tasks/list-dead-letters?tenant=" + tenant;
      var shown = chat.admin().post(list).expect(200).body();
      assertThat(shown).startsWith("10 of 10");
      for (int again = 0; again < 25; again++) {
        assertThat(chat.admin().post(list).expect(200).body()).isEqualTo(shown);
      }
      for (int again = 0; again < 25; again++) {
        assertThat(chat.admin().post(list + "&limit=3").expect(200).body()).startsWith("3 of 10");
      }
      assertThat(chat.admin().post(list).expect(200).body()).isEqualTo(shown);

      poison.pass();
      var replay = "/tasks/replay-dead-letters?tenant=" + tenant;
      assertThat(chat.admin().post(replay).expect(200).body()).contains("10 of 10");
      ledger.awaitValue("messages_stored_total", 40);
      assertThat(broker.depth(Broker.deadLetters(tenant))).isZero();
      ledger.assertBalanced(0);
    }
  }
}
