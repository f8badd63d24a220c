package dev.chatmultischema.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Ledger;
import dev.chatmultischema.support.Poison;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that fail are retried or dead-lettered, and delay no others. */
class RetryIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TcpProxy database;
  private Broker broker;
  private ChatService chat;
  private String tenant;
  private ChatClient client;
  private Ledger ledger;

  @BeforeEach
  void start() throws Exception {
    var backends = Backends.shared();
    ChatService.migrate(backends.databaseUrl());
    database = TcpProxy.to(backends.databaseUrl());
    broker = new Broker(backends.rabbitmqUrl());
  }

  @AfterEach
  void stop() throws Exception {
    chat.close();
    broker.close();
    database.close();
  }

  private void serve(String retryDelays) {
    chat =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", database.url(Backends.shared().databaseUrl()))
            .environment("NODE_ID", "retrying")
            .setting("amqp.retryDelays", retryDelays)
            .start();
    var admin = chat.asAdmin();
    tenant = admin.post("/tenants", Map.of("tenant_name", "Retry")).expect(201).text("/tenant_id");
    client = chat.asMember(TenantId.fromString(tenant));
    ledger = new Ledger(chat, tenant);
  }

  @Test
  void deadLettersAfterLastAttemptWithAllFailureHeaders() throws Exception {
    serve("[150ms, 250ms]");
    Poison.in(chat.jdbi(), tenant);
    var sent = client.post("/messages", text(Poison.MARK)).expect(202);
    awaitDead(1);

    var dead = broker.drain(Broker.deadLetters(tenant)).get(0);
    var headers = dead.getProps().getHeaders();
    assertThat(dead.getProps().getMessageId()).isEqualTo(sent.text("/message_id"));
    assertThat(dead.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(new String(dead.getBody(), UTF_8)).contains(Poison.MARK);
    assertThat(headers)
        .containsEntry("x-chat-attempts", 3)
        .containsKeys("x-chat-sender", "x-chat-accepted-at", "x-chat-signature")
        .doesNotContainKey("x-death");
    assertThat(string(dead, "x-chat-node")).isEqualTo("retrying");
    assertThat(string(dead, "x-chat-error-class")).isEqualTo("org.postgresql.util.PSQLException");
    assertThat(string(dead, "x-chat-error-message")).contains(Poison.ERROR);
    // The delays, each shortened by jitter.
    assertThat((long) headers.get("x-chat-last-failed-at"))
        .isGreaterThanOrEqualTo((long) headers.get("x-chat-first-failed-at") + 135 + 225);
    assertThat(ledger.of("messages_retried_total")).isEqualTo(2);
    assertThat(ledger.of("messages_dead_lettered_total")).isOne();
    assertThat(client.messages()).isEmpty();
    ledger.assertBalanced(0);
  }

  @Test
  void storesMessagesAroundAFailingOneAtOnceAndInOrder() {
    serve("[10m]");
    Poison.in(chat.jdbi(), tenant);
    var messages =
        IntStream.range(0, 100)
            .mapToObj(n -> n % 10 == 5 ? text(Poison.MARK + n) : text("good " + n))
            .toList();
    client.post("/messages/batch", Map.of("messages", messages)).expect(202);
    ledger.awaitValue("messages_retried_total", 10);
    ledger.awaitValue("messages_stored_total", 90);

    var stored = client.messages();
    assertThat(stored.stream().map(message -> message.at("/content/text").asText()))
        .containsExactlyElementsOf(
            IntStream.range(0, 100).filter(n -> n % 10 != 5).mapToObj(n -> "good " + n).toList());
    assertThat(stored.stream().map(message -> message.get("seq").asInt()))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 90).boxed().toList());
    assertThat(ledger.of("messages_dead_lettered_total")).isZero();
  }

  @Test
  void storesARetryOnce() {
    serve("[300ms, 310ms, 1s, 1100ms, 1200ms, 1300ms, 1400ms, 1500ms, 1600ms, 1700ms]");
    var poison = Poison.in(chat.jdbi(), tenant);
    var sent = client.post("/messages", text(Poison.MARK)).expect(202);
    await().atMost(PATIENCE).until(() -> ledger.of("messages_retried_total") >= 2);
    assertThat(client.messages()).isEmpty();
    poison.pass();

    await().atMost(PATIENCE).until(() -> client.messages().size() == 1);
    var stored = client.get("/messages/" + sent.text("/message_id")).expect(200);
    assertThat(stored.text("/sender_id")).isNotEmpty();
    assertThat(stored.text("/created_at")).isEqualTo(sent.text("/accepted_at"));
    ledger.awaitValue("messages_stored_total", 1);
    assertThat(ledger.of("messages_duplicate_total")).isZero();
    assertThat(broker.depth(Broker.deadLetters(tenant))).isNotPositive();
    ledger.assertBalanced(0);
  }

  @Test
  void deadLettersInvalidMessagesAtOnce() throws Exception {
    serve("[10m]");
    var never =
        List.of(
            "no json",
            "[{\"n\": 1}]",
            "{\"a\": \"\\u0000\"}",
            "{\"a\": \"" + "x".repeat(64 << 10) + "\"}",
            "");
    broker.put(Broker.queue(tenant), "{\"text\": \"first\"}");
    for (var body : never) {
      broker.put(Broker.queue(tenant), body);
    }
    broker.put(Broker.queue(tenant), "{\"text\": \"last\"}");
    awaitDead(never.size());

    var dead = broker.drain(Broker.deadLetters(tenant));
    assertThat(dead.stream().map(letter -> new String(letter.getBody(), UTF_8)))
        .containsExactlyInAnyOrderElementsOf(never);
    for (var letter : dead) {
      assertThat(letter.getProps().getHeaders()).containsEntry("x-chat-attempts", 1);
      assertThat(UUID.fromString(letter.getProps().getMessageId()).version()).isEqualTo(7);
      assertThat(string(letter, "x-chat-error-message")).isNotEmpty();
    }
    ledger.awaitValue("messages_stored_total", 2);
    assertThat(ledger.of("messages_retried_total")).isZero();
    ledger.assertBalanced(never.size() + 2);
  }

  @Test
  void countsNoAttemptInAnOutageOfTheDatabase() throws Exception {
    serve("[150ms]");
    client.post("/messages", text("before")).expect(202);
    ledger.awaitValue("messages_stored_total", 1);
    database.cut();
    for (int n = 0; n < 20; n++) {
      broker.put(Broker.queue(tenant), "{\"text\": \"%d\"}".formatted(n));
    }
    // Longer than all attempts would take.
    var paused = System.nanoTime();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                chat.anonymous().get("/health").text("/database").equals("down")
                    && System.nanoTime() - paused > Duration.ofSeconds(2).toNanos());
    assertThat(broker.depth(Broker.deadLetters(tenant))).isNotPositive();
    database.restore();

    ledger.awaitValue("messages_stored_total", 21);
    assertThat(ledger.of("messages_retried_total")).isZero();
    assertThat(ledger.of("messages_dead_lettered_total")).isZero();
    ledger.assertBalanced(20);
  }

  @Test
  void countsOnlyAttemptsOfTheService() throws Exception {
    serve("[150ms, 250ms]");
    Poison.in(chat.jdbi(), tenant);
    var deaths =
        List.of(Map.of("count", 99L, "queue", "elsewhere", "reason", "rejected", "exchange", ""));
    var properties =
        new AMQP.BasicProperties.Builder()
            .deliveryMode(2)
            .messageId(UUID.randomUUID().toString())
            .headers(Map.of("x-death", deaths, "x-first-death-queue", "elsewhere"))
            .build();
    broker.put(
        Broker.queue(tenant),
        properties,
        "{\"text\": \"%s\"}".formatted(Poison.MARK).getBytes(UTF_8));
    awaitDead(1);
    assertThat(broker.drain(Broker.deadLetters(tenant)).get(0).getProps().getHeaders())
        .containsEntry("x-chat-attempts", 3)
        .doesNotContainKeys("x-death", "x-first-death-queue");
    assertThat(ledger.of("messages_retried_total")).isEqualTo(2);
    ledger.assertBalanced(1);
  }

  @Test
  void spreadsRetriesOverThreeQueues() throws Exception {
    // A delay whose queues no other test uses: 1.1 times 10 min would be 11 min.
    serve("[13m]");
    Poison.in(chat.jdbi(), tenant);
    var messages = IntStream.range(0, 90).mapToObj(n -> text(Poison.MARK + n)).toList();
    client.post("/messages/batch", Map.of("messages", messages)).expect(202);
    ledger.awaitValue("messages_retried_total", 90);

    var waiting = new ArrayList<GetResponse>();
    for (var queue : List.of("chat_retry_702000", "chat_retry_780000", "chat_retry_858000")) {
      var messagesInOne = broker.drain(queue);
      assertThat(messagesInOne).as(queue).isNotEmpty();
      waiting.addAll(messagesInOne);
    }
    assertThat(waiting).hasSize(90);
    for (var message : waiting) {
      assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(Broker.queue(tenant));
      assertThat(message.getProps().getHeaders()).containsEntry("x-chat-attempts", 1);
    }
  }

  private static Map<String, Object> text(String text) {
    return Map.of("content", Map.of("text", text));
  }

  private static String string(GetResponse message, String header) {
    return String.valueOf(message.getProps().getHeaders().get(header));
  }

  private void awaitDead(int number) {
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == number);
    ledger.awaitValue("messages_dead_lettered_total", number);
  }
}
