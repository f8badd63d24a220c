package dev.chatmultischema.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawHeaders;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that the AMQP client cannot parse block no tenant. */
@ChatTest
class UnreadableHeadersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TEXT = "{\"text\": \"unreadable\"}";

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private ChatClient client;
  private String tenant;

  @BeforeEach
  void createTenant() {
    tenant =
        chat.asAdmin()
            .post("/tenants", Map.of("tenant_name", "Unreadable"))
            .expect(201)
            .text("/tenant_id");
    client = chat.asMember(TenantId.fromString(tenant));
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 18_000})
  void deadLettersHeadersNestedTooDeepAtOnce(int levels) throws Exception {
    assertThat(put("", Broker.queue(tenant), nested(levels, false))).isTrue();
    assertThat(put("", Broker.queue(tenant), nested(levels, true))).isTrue();
    broker.put(Broker.queue(tenant), "{\"text\": \"after\"}");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 2);
    await().atMost(PATIENCE).until(() -> client.head() == 1);
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.queue(tenant)) == 0);
    var listed = chat.admin().post("/tasks/list-dead-letters?tenant=" + tenant).expect(200).body();
    assertThat(listed).contains("the headers cannot be read");
  }

  @Test
  void listsAndReplaysUnreadableDeadLetters() throws Exception {
    broker.declareDeadLetters(tenant);
    assertThat(put("", Broker.deadLetters(tenant), nested(100, false))).isTrue();
    var listed = chat.admin().post("/tasks/list-dead-letters?tenant=" + tenant).expect(200).body();
    assertThat(listed).contains("unreadable");
    chat.admin().post("/tasks/replay-dead-letters?tenant=" + tenant).expect(200);
    await().atMost(PATIENCE).until(() -> client.head() == 1);
    assertThat(broker.depth(Broker.deadLetters(tenant))).isZero();
  }

  @Test
  void deadLettersUnreadableUnroutedMessages() throws Exception {
    assertThat(put("chat.unrouted", Broker.queue(tenant), nested(100, false))).isTrue();
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    assertThat(client.head()).isZero();
  }

  /** A broker may refuse each of these; accepted ones must be settled. */
  @Test
  void settlesEveryMessageThatTheBrokerDelivers() throws Exception {
    int accepted = 0;
    for (var properties : malformed().values()) {
      accepted += put("", Broker.queue(tenant), properties) ? 1 : 0;
    }
    broker.put(Broker.queue(tenant), "{\"text\": \"after\"}");
    int all = accepted + 1;
    await()
        .atMost(PATIENCE)
        .until(() -> client.head() + broker.depth(Broker.deadLetters(tenant)) == all);
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.queue(tenant)) == 0);
    client.post("/messages", Map.of("content", Map.of("text", "still here"))).expect(202);
    await()
        .atMost(PATIENCE)
        .until(() -> client.head() + broker.depth(Broker.deadLetters(tenant)) == all + 1);
  }

  private static Map<String, byte[]> malformed() {
    var all = new LinkedHashMap<String, byte[]>();
    all.put("unknown type", table("\1aQ\0\0\0\1"));
    all.put("type of other brokers", table("\1aL\0\0\0\0\0\0\0\1"));
    all.put("name without UTF-8", table("\2\u00ff\u00feI\0\0\0\1"));
    all.put("value without UTF-8", table("\1aS\0\0\0\2\u00ff\u00fe"));
    all.put("empty name", table("\0I\0\0\0\1"));
    all.put("name twice", table("\1aI\0\0\0\1\1aI\0\0\0\2"));
    all.put("negative length", table("\1aS\u00ff\u00ff\u00ff\u00ff"));
    all.put("length beyond the table", table("\1aS\0\0\1\0x"));
    all.put("inner table beyond the outer", table("\1aF\0\0\1\0\1b"));
    all.put("name beyond the table", table("\u00ffa"));
    all.put("largest timestamp", table("\1aT\177\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"));
    all.put("smallest timestamp", table("\1aT\u0080\0\0\0\0\0\0\0"));
    all.put("largest scale", table("\1aD\u00ff\u0080\0\0\0"));
    all.put("second word of flags", bytes("\20\1\0\0\2"));
    all.put("unknown flag", bytes("\20\2\2"));
    all.put("incomplete property", bytes("\u0080\0\12x"));
    all.put("id without UTF-8", bytes("\0\u0080\2\u00ff\u00fe"));
    all.put(
        "largest timestamp property",
        bytes("\0\100\177\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"));
    all.put("bytes after the properties", bytes("\20\0\2xyz"));
    return all;
  }

  private static byte[] table(String fields) {
    return RawHeaders.withTable(bytes(fields));
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] nested(int levels, boolean arrays) {
    return RawHeaders.withTable(RawHeaders.nested(levels, arrays));
  }

  private static boolean put(String exchange, String routingKey, byte[] flagsAndProperties)
      throws Exception {
    return RawHeaders.put(
        Backends.shared().rabbitmqUrl(), exchange, routingKey, flagsAndProperties, TEXT);
  }
}
