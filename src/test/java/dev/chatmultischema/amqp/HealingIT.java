package dev.chatmultischema.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.Ledger;
import dev.chatmultischema.support.Poison;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Queues and exchanges are deleted while the service runs: it redeclares them, and loses only the
 * messages that were in them.
 */
@ChatTest(settings = "amqp.retryDelays=[6000ms]")
class HealingIT {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final List<Long> WAITS = List.of(5_400L, 6_000L, 6_600L);
  private static final String UNROUTED = "chat_unrouted";

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private String tenant;
  private ChatClient client;
  private Ledger ledger;

  @BeforeEach
  void createTenant() {
    var admin = chat.asAdmin();
    tenant = admin.post("/tenants", Map.of("tenant_name", "Heal")).expect(201).text("/tenant_id");
    client = admin.tenant(tenant);
    ledger = new Ledger(chat, tenant);
  }

  @Test
  void redeclaresADeletedDeadLetterQueue() throws Exception {
    broker.deleteQueue(Broker.deadLetters(tenant));
    broker.put(Broker.queue(tenant), "no json");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
  }

  @Test
  void redeclaresDeletedRetryQueues() throws Exception {
    for (long wait : WAITS) {
      broker.deleteQueue("chat_retry_" + wait);
    }
    var poison = Poison.in(chat.jdbi(), tenant);
    client.post("/messages", text(Poison.MARK)).expect(202);
    storesAfterOneRetry(poison);
  }

  @Test
  void redeclaresDeletedRetryExchanges() throws Exception {
    for (long wait : WAITS) {
      broker.deleteExchange("chat.retry." + wait);
    }
    var poison = Poison.in(chat.jdbi(), tenant);
    // A retry to a missing exchange closes the channel, which fails posts that are unconfirmed.
    chat.admin().post("/tasks/kill-consumers?tenant=" + tenant).expect(200);
    client.post("/messages", text(Poison.MARK)).expect(202);
    chat.admin().post("/tasks/start-consumers?tenant=" + tenant).expect(200);
    storesAfterOneRetry(poison);
  }

  @Test
  void storesRetriesAfterTheTenantsExchangeWasDeleted() throws Exception {
    assumeExchangesCanBeDeleted();
    var poison = Poison.in(chat.jdbi(), tenant);
    client.post("/messages", text(Poison.MARK)).expect(202);
    ledger.awaitValue("messages_retried_total", 1);
    broker.deleteExchange("chat.tenants");
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> broker.hasExchange("chat.tenants"));
    poison.pass();
    ledger.awaitValue("messages_stored_total", 1);
    ledger.assertBalanced(0);
  }

  @Test
  void redeclaresTheQueueOfUnroutedMessages() throws Exception {
    broker.deleteQueue(UNROUTED);
    await().atMost(PATIENCE).until(() -> broker.depth(UNROUTED) == 0);
  }

  @Test
  void redeclaresTheExchangeOfUnroutedMessages() throws Exception {
    assumeExchangesCanBeDeleted();
    broker.deleteExchange("chat.unrouted");
    await().atMost(PATIENCE).until(() -> broker.hasExchange("chat.unrouted"));
  }

  @Test
  void republishesARetryWhoseQueueWasDeletedMeanwhile() throws Exception {
    var poison = Poison.in(chat.jdbi(), tenant);
    client.post("/messages", text(Poison.MARK)).expect(202);
    ledger.awaitValue("messages_retried_total", 1);
    chat.admin().post("/tasks/kill-consumers?tenant=" + tenant).expect(200);
    broker.deleteQueue(Broker.queue(tenant));
    poison.pass();
    // The queue may be redeclared by a query of depths; so wait for its message.
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.queue(tenant)) == 1);
    chat.admin().post("/tasks/start-consumers?tenant=" + tenant).expect(200);
    ledger.awaitValue("messages_stored_total", 1);
    ledger.assertBalanced(0);
  }

  @Test
  void keepsForeignMessagesAndDropsThoseOfADeletedTenant() throws Exception {
    broker.drain(UNROUTED);
    var deleted = UUID.randomUUID().toString();
    var nobodys = "orders." + UUID.randomUUID();
    unrouted(nobodys, "{}");
    unrouted(Broker.queue(deleted), "{}");
    unrouted(nobodys, "{}");
    // Published to the exchange of unrouted messages directly, since this queue is bound.
    unrouted(Broker.queue(tenant), "{\"text\": \"mine\"}");
    await().atMost(PATIENCE).until(() -> client.messages().size() == 1);
    await().atMost(PATIENCE).until(() -> broker.depth(UNROUTED) == 2);
    assertThat(broker.depth(Broker.queue(deleted))).isEqualTo(-1);
    assertThat(broker.drain(UNROUTED))
        .allMatch(message -> message.getEnvelope().getRoutingKey().equals(nobodys));
  }

  @Test
  void keepsQueuesWithOtherArguments() throws Exception {
    broker.deleteQueue(Broker.deadLetters(tenant));
    broker.declareQueue(Broker.deadLetters(tenant), Map.of("x-max-length", 1_000_000));
    broker.deleteQueue(Broker.queue(tenant));
    broker.put(Broker.deadLetters(tenant), "stays");
    client.post("/messages", text("healed")).expect(202);
    ledger.awaitValue("messages_stored_total", 1);
    broker.put(Broker.queue(tenant), "no json");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 2);
  }

  private static void assumeExchangesCanBeDeleted() {
    assumeFalse(
        Backends.shared().embedded(), "the embedded broker keeps exchanges that others point to");
  }

  private void storesAfterOneRetry(Poison poison) {
    ledger.awaitValue("messages_retried_total", 1);
    poison.pass();
    ledger.awaitValue("messages_stored_total", 1);
    assertThat(ledger.of("messages_dead_lettered_total")).isZero();
    ledger.assertBalanced(0);
  }

  private static void unrouted(String routingKey, String body) throws Exception {
    var properties = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
    broker.put("chat.unrouted", routingKey, properties, body.getBytes(UTF_8));
  }

  private static Map<String, Object> text(String text) {
    return Map.of("content", Map.of("text", text));
  }
}
