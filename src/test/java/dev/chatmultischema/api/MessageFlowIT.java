package dev.chatmultischema.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.AMQP;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages from their acceptance to the list. */
@ChatTest
class MessageFlowIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private ChatClient admin;
  private String tenant;

  @BeforeEach
  void createTenant() {
    var root = chat.asAdmin();
    tenant = root.post("/tenants", Map.of("tenant_name", "Flow")).expect(201).text("/tenant_id");
    admin = root.tenant(tenant);
  }

  @Test
  void storesAcceptedMessages() {
    var accepted = admin.post("/messages", text("hello")).expect(202);
    var id = accepted.text("/message_id");
    assertThat(UUID.fromString(id).version()).isEqualTo(7);
    assertThat(accepted.text("/tenant_id")).isEqualTo(tenant);
    awaitStored(1);

    var message = admin.get("/messages/" + id).expect(200);
    assertThat(message.text("/seq")).isEqualTo("1");
    assertThat(message.text("/content/text")).isEqualTo("hello");
    assertThat(message.text("/created_at")).isEqualTo(accepted.text("/accepted_at")).endsWith("Z");
    assertThat(message.text("/sender_id")).isNotEmpty();
  }

  /** A producer may write to the queue, but not as one of the tenant's users. */
  @Test
  void storesTheSenderOfItsOwnMessagesOnly() throws Exception {
    admin.post("/messages", text("own")).expect(202);
    awaitStored(1);
    var sender = admin.messages().get(0).get("sender_id").asText();
    var forged =
        new AMQP.BasicProperties.Builder()
            .deliveryMode(2)
            .headers(
                Map.of("x-chat-sender", sender, "x-chat-accepted-at", System.currentTimeMillis()));
    broker.put(Broker.queue(tenant), forged.build(), "{\"text\":\"forged\"}".getBytes(UTF_8));
    awaitStored(2);
    admin.post("/messages", text("own")).expect(202);
    awaitStored(3);
    assertThat(admin.messages().stream().map(message -> message.get("sender_id").asText()))
        .containsExactly(sender, "null", sender);
  }

  @Test
  void storesAMessageIdOnce() {
    var message = Map.of("content", Map.of("n", 1), "message_id", UUID.randomUUID());
    admin.post("/messages/publish", message).expect(202);
    admin.post("/messages/publish", message).expect(202);
    admin.post("/messages/batch", Map.of("messages", List.of(message, message))).expect(202);
    admin.post("/messages", text("last")).expect(202);
    awaitStored(2);
    assertThat(seqs(admin.messages())).containsExactly(1L, 2L);
  }

  @Test
  void keepsTheOrderOfABatch() {
    var messages =
        IntStream.range(0, 500).mapToObj(n -> Map.of("content", Map.of("n", n))).toList();
    var accepted = admin.post("/messages/batch", Map.of("messages", messages)).expect(202);
    awaitStored(500);
    var stored = admin.messages();
    assertThat(stored.stream().map(message -> message.at("/content/n").asInt()).toList())
        .isEqualTo(IntStream.range(0, 500).boxed().toList());
    assertThat(stored.stream().map(message -> message.get("message_id").asText()).toList())
        .isEqualTo(
            StreamSupport.stream(accepted.json().get("message_ids").spliterator(), false)
                .map(JsonNode::asText)
                .toList());
  }

  @Test
  void keepsTheOrderOfEachSenderWithoutGaps() throws Exception {
    int senders = 8;
    int each = 60;
    var tasks = new ArrayList<Callable<Void>>();
    for (int sender = 0; sender < senders; sender++) {
      var member = chat.asMember(TenantId.fromString(tenant)).tenant(tenant);
      var name = "sender" + sender;
      tasks.add(
          () -> {
            for (int n = 0; n < each; n++) {
              member
                  .post("/messages", Map.of("content", Map.of("sender", name, "n", n)))
                  .expect(202);
            }
            return null;
          });
    }
    var threads = Executors.newFixedThreadPool(senders);
    try {
      for (var done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    awaitStored(senders * each);
    var stored = admin.messages();
    assertThat(seqs(stored))
        .isEqualTo(IntStream.rangeClosed(1, senders * each).mapToObj(Long::valueOf).toList());
    for (int sender = 0; sender < senders; sender++) {
      var name = "sender" + sender;
      assertThat(
              stored.stream()
                  .filter(message -> message.at("/content/sender").asText().equals(name))
                  .map(message -> message.at("/content/n").asInt())
                  .toList())
          .isEqualTo(IntStream.range(0, each).boxed().toList());
    }
  }

  @Test
  void pagesBothWaysFromAnyCursor() {
    var messages = IntStream.range(0, 25).mapToObj(n -> Map.of("content", Map.of("n", n))).toList();
    admin.post("/messages/batch", Map.of("messages", messages)).expect(202);
    awaitStored(25);
    var up = pages("limit=10&order=asc");
    assertThat(up).isEqualTo(IntStream.rangeClosed(1, 25).mapToObj(Long::valueOf).toList());
    var down = pages("limit=10&order=desc");
    Collections.reverse(down);
    assertThat(down).isEqualTo(up);
  }

  @Test
  void continuesFromTheEndOfTheList() {
    admin.post("/messages", text("first")).expect(202);
    awaitStored(1);
    var end = admin.get("/messages").expect(200);
    assertThat(end.text("/has_more")).isEqualTo("false");
    var cursor = end.text("/next_cursor");
    assertThat(admin.get("/messages?cursor=" + cursor).json().get("data")).isEmpty();
    admin.post("/messages", text("second")).expect(202);
    awaitStored(2);
    var next = admin.get("/messages?cursor=" + cursor).expect(200);
    assertThat(next.text("/data/0/content/text")).isEqualTo("second");
  }

  @Test
  void storesMessagesOfOtherProducers() throws Exception {
    broker.put(Broker.queue(tenant), "{\"text\": \"from elsewhere\"}");
    awaitStored(1);
    var message = admin.messages().get(0);
    assertThat(message.get("sender_id").isNull()).isTrue();
    assertThat(message.at("/content/text").asText()).isEqualTo("from elsewhere");
  }

  @Test
  void storesValidMessagesAroundInvalidOnes() throws Exception {
    for (var body : List.of("{\"n\":1}", "no json", "[1]", "{\"a\":\"\\u0000\"}", "{\"n\":2}")) {
      broker.put(Broker.queue(tenant), body);
    }
    awaitStored(2);
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 3);
    var dead = broker.drain(Broker.deadLetters(tenant));
    var headers = dead.get(0).getProps().getHeaders();
    assertThat(new String(dead.get(0).getBody(), UTF_8)).isEqualTo("no json");
    assertThat(headers).containsKeys("x-chat-attempts", "x-chat-first-failed-at", "x-chat-node");
    assertThat(headers.get("x-chat-error-class").toString()).contains("InvalidContent");
  }

  @Test
  void storesAForeignMessageIdOnce() throws Exception {
    var properties =
        new AMQP.BasicProperties.Builder().deliveryMode(2).messageId("order-1").build();
    for (int i = 0; i < 3; i++) {
      broker.put(Broker.queue(tenant), properties, "{\"n\":1}".getBytes(UTF_8));
    }
    broker.put(Broker.queue(tenant), "{\"n\":2}");
    awaitStored(2);
  }

  @Test
  void changesWorkersUnderLoadWithoutLossOrRedelivery() {
    var ids = new HashSet<String>();
    for (int round = 0; round < 20; round++) {
      var batch = IntStream.range(0, 50).mapToObj(n -> Map.of("content", Map.of("n", n))).toList();
      var accepted = admin.post("/messages/batch", Map.of("messages", batch)).expect(202);
      accepted.json().get("message_ids").forEach(id -> ids.add(id.asText()));
      var workers = round % 2 == 0 ? 64 : 1;
      var resized =
          admin.put("/tenants/" + tenant + "/config/concurrency", Map.of("workers", workers));
      assertThat(resized.expect(200).text("/workers")).isEqualTo(String.valueOf(workers));
    }
    awaitStored(ids.size());
    assertThat(admin.messages().stream().map(message -> message.get("message_id").asText()))
        .containsExactlyInAnyOrderElementsOf(ids);
    var duplicates = "chat_messages_duplicate_total{tenant=\"" + tenant + "\",} 0.0";
    assertThat(chat.admin().get("/prometheus").expect(200).body()).contains(duplicates);
  }

  @Test
  void republishesAfterTheQueueWasDeleted() throws Exception {
    broker.deleteQueue(Broker.queue(tenant));
    admin.post("/messages", text("healed")).expect(202);
    awaitStored(1);
  }

  private static Map<String, Object> text(String text) {
    return Map.of("content", Map.of("text", text));
  }

  private void awaitStored(int messages) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        admin.get("/messages?order=desc&limit=1").expect(200).text("/data/0/seq"))
                    .isEqualTo(String.valueOf(messages)));
  }

  private static List<Long> seqs(List<JsonNode> messages) {
    return messages.stream().map(message -> message.get("seq").asLong()).toList();
  }

  private List<Long> pages(String query) {
    var seqs = new ArrayList<Long>();
    var page = admin.get("/messages?" + query).expect(200).json();
    page.get("data").forEach(message -> seqs.add(message.get("seq").asLong()));
    while (page.get("has_more").asBoolean()) {
      page =
          admin
              .get("/messages?limit=10&cursor=" + page.get("next_cursor").asText())
              .expect(200)
              .json();
      page.get("data").forEach(message -> seqs.add(message.get("seq").asLong()));
    }
    return seqs;
  }
}
