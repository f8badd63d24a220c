package dev.chatmultischema.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.Poison;
import dev.chatmultischema.tenant.TenantId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Other AMQP producers can set properties and headers to any value. */
@ChatTest(settings = "amqp.retryDelays=[50ms, 50ms]")
class HostileHeadersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private ChatClient client;
  private String tenant;

  @BeforeEach
  void createTenant() {
    var admin = chat.asAdmin();
    tenant =
        admin.post("/tenants", Map.of("tenant_name", "Hostile")).expect(201).text("/tenant_id");
    client = chat.asMember(TenantId.fromString(tenant));
  }

  /** Without NaN and the infinities: RabbitMQ closes a connection that publishes them. */
  static List<Object> attempts() {
    return List.of(
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 32,
        2.5,
        new BigDecimal("1e-200"),
        "2147483647",
        List.of(1),
        Map.of("a", 1),
        new byte[] {1},
        new Date(Long.MAX_VALUE / 1_000 * 1_000),
        true);
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void deadLettersARefusedMessageWithAnyAttemptsHeader(Object attempts) throws Exception {
    Poison.in(chat.jdbi(), tenant);
    put(Map.of("x-chat-attempts", attempts), "{\"text\": \"" + Poison.MARK + "\"}");
    put(Map.of(), "{\"text\": \"after\"}");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    await().atMost(PATIENCE).until(() -> client.head() == 1);
    assertThat(broker.depth(Broker.queue(tenant))).isZero();
    var listed = chat.admin().post("/tasks/list-dead-letters?tenant=" + tenant).expect(200).body();
    assertThat(listed).containsPattern("attempts +[0-9]{1,7}\\n");
  }

  @Test
  void storesMessagesWithAnyProperties() throws Exception {
    var ofHeaders =
        List.<Map<String, Object>>of(
            Map.of("x-chat-accepted-at", Long.MAX_VALUE),
            Map.of("x-chat-accepted-at", Long.MIN_VALUE),
            Map.of("x-chat-accepted-at", "yesterday"),
            Map.of("x-chat-sender", "nobody"),
            Map.of("x-chat-sender", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"),
            Map.of("x-chat-sender", Map.of("a", List.of(1))),
            Map.of("x-death", "none"),
            Map.of("x-death", List.of("none", 5, Map.of("count", "many"))),
            Map.of("x-delivery-count", -1),
            Map.of("x-chat-first-failed-at", Long.MAX_VALUE));
    for (var headers : ofHeaders) {
      put(headers, "{}");
    }
    for (long seconds : new long[] {Long.MIN_VALUE / 1_000, -1, Long.MAX_VALUE / 1_000}) {
      put(properties().timestamp(new Date(seconds * 1_000)).build(), "{}");
    }
    for (var id : List.of("x".repeat(255), "\u0000", "1-1-1-1-1", "é".repeat(100))) {
      put(properties().messageId(id).build(), "{}");
    }
    await().atMost(PATIENCE).until(() -> client.head() == ofHeaders.size() + 7);
    assertThat(broker.depth(Broker.deadLetters(tenant))).isNotPositive();
    assertThat(client.messages())
        .allSatisfy(
            message -> assertThat(message.get("created_at").asText()).matches("(19|20)\\d\\d-.*"));
  }

  @Test
  void keepsDeadLettersWithAnyFailureHeaders() throws Exception {
    var long1 = "x".repeat(60_000);
    var ofHeaders =
        List.<Map<String, Object>>of(
            Map.of("x-chat-first-failed-at", Long.MAX_VALUE),
            Map.of("x-chat-first-failed-at", "yesterday"),
            Map.of("x-chat-error-class", long1, "x-chat-error-message", long1),
            Map.of("x-chat-node", Map.of("a", List.of(1))),
            Map.of("x-death", List.of(Map.of("count", Long.MAX_VALUE))));
    broker.declareDeadLetters(tenant);
    for (var headers : ofHeaders) {
      put(headers, "no json");
      broker.put(
          Broker.deadLetters(tenant), properties().headers(headers).build(), "{}".getBytes(UTF_8));
    }
    await()
        .atMost(PATIENCE)
        .until(() -> broker.depth(Broker.deadLetters(tenant)) == 2 * ofHeaders.size());
    var listed = chat.admin().post("/tasks/list-dead-letters?tenant=" + tenant).expect(200).body();
    assertThat(listed)
        .doesNotContain("292278994")
        .hasSizeLessThan(ofHeaders.size() * 2 * 2_000)
        .startsWith("10 of 10");
    chat.admin().post("/tasks/replay-dead-letters?tenant=" + tenant).expect(200);
    await().atMost(PATIENCE).until(() -> client.head() == ofHeaders.size());
  }

  private static AMQP.BasicProperties.Builder properties() {
    return new AMQP.BasicProperties.Builder()
        .deliveryMode(2)
        .messageId(UUID.randomUUID().toString());
  }

  private void put(Map<String, Object> headers, String body) throws Exception {
    put(properties().headers(headers).build(), body);
  }

  private void put(AMQP.BasicProperties properties, String body) throws Exception {
    broker.put(Broker.queue(tenant), properties, body.getBytes(UTF_8));
  }
}
