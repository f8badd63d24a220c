package dev.chatmultischema.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rabbitmq.client.AMQP;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.JsonEquality;
import dev.chatmultischema.support.RandomJson;
import dev.chatmultischema.support.RandomJson.Sample;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content is equal as JSON in lists and streams, and invalid content is refused by every route. */
@ChatTest
class ContentIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AMQP.BasicProperties BARE =
      new AMQP.BasicProperties.Builder().deliveryMode(2).build();

  @Started private static ChatService chat;
  @Started private static Broker broker;
  private static String token;

  private TenantId tenant;
  private ChatClient client;

  @BeforeAll
  static void start() {
    token = chat.adminToken();
  }

  @BeforeEach
  void createTenant() {
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
  }

  @Test
  void isEqualInAnyForm() throws Exception {
    long seed = System.nanoTime();
    System.out.printf("ContentIT: seed %d%n", seed);
    var json = new RandomJson(seed);
    var samples =
        Stream.generate(json::next)
            .filter(sample -> sample.text().getBytes(UTF_8).length < 60_000)
            .limit(300)
            .toList();
    assertEqualContent(samples, "seed " + seed);
  }

  @Test
  void isEqualAcrossBuffersOfAParser() throws Exception {
    var samples =
        Stream.of("\\ud83d\\udc4d", "\\uD83D\\uDC4D", "👍", "👍\\ud83d\\udc4d", "\\u00e9é\\u20ac€")
            .flatMap(
                text ->
                    Stream.of(3_970, 3_980, 3_985, 3_990, 7_970, 7_980, 7_985, 7_990)
                        .flatMap(
                            size ->
                                Stream.iterate(0, i -> i < 5, i -> i + 1)
                                    .map(i -> "x".repeat(size + i) + text)))
            .map(
                text ->
                    new Sample(
                        "{\"%s\":\"%s\"}".formatted(text, text.substring(3_900)),
                        (ObjectNode)
                            JsonEquality.read(
                                "{\"%s\":\"%s\"}".formatted(text, text.substring(3_900)))))
            .toList();
    assertEqualContent(samples, "borders");
  }

  private void assertEqualContent(List<Sample> samples, String what) throws Exception {
    var headers = Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString());
    int third = samples.size() / 3;
    try (var live = new SseClient(chat.uri().resolve("/messages/stream"), headers)) {
      await().atMost(PATIENCE).until(live::isOpen);
      for (var sample : samples.subList(0, third)) {
        client.post("/messages", message(sample)).expect(202);
      }
      awaitHead(third);
      for (var sample : samples.subList(third, 2 * third)) {
        broker.put(Broker.queue(tenant.toString()), BARE, sample.text().getBytes(UTF_8));
      }
      awaitHead(2 * third);
      var rest = samples.subList(2 * third, samples.size());
      client
          .post(
              "/messages/batch",
              rest.stream()
                  .map(ContentIT::message)
                  .collect(Collectors.joining(",", "{\"messages\":[", "]}")))
          .expect(202);
      awaitHead(samples.size());
      await().atMost(PATIENCE).until(() -> live.messageCount() == samples.size());
      assertSame(live.messages().stream().map(event -> event.data()).toList(), samples, what);
    }
    try (var replayed =
        new SseClient(chat.uri().resolve("/messages/stream?last_event_id=0"), headers)) {
      await().atMost(PATIENCE).until(() -> replayed.messageCount() == samples.size());
      assertSame(replayed.messages().stream().map(event -> event.data()).toList(), samples, what);
    }
    var listed = list();
    assertSame(listed.stream().map(JsonNode::toString).toList(), samples, what);
    for (int i = 0; i < samples.size(); i += 10) {
      var one = client.get("/messages/" + listed.get(i).get("message_id").asText()).expect(200);
      assertSame(List.of(one.body()), samples.subList(i, i + 1), what);
    }
  }

  /** Returns all messages, with their numbers as they are written. */
  private List<JsonNode> list() {
    var all = new ArrayList<JsonNode>();
    var page = JsonEquality.read(client.get("/messages?limit=500").expect(200).body());
    page.get("data").forEach(all::add);
    while (page.get("has_more").asBoolean()) {
      var cursor = page.get("next_cursor").asText();
      page =
          JsonEquality.read(client.get("/messages?limit=500&cursor=" + cursor).expect(200).body());
      page.get("data").forEach(all::add);
    }
    return all;
  }

  private void awaitHead(long seq) {
    await().atMost(PATIENCE).until(() -> client.head() == seq);
  }

  private static String message(Sample sample) {
    return "{\"content\":" + sample.text() + "}";
  }

  private static void assertSame(List<String> messages, List<Sample> samples, String what) {
    assertThat(messages).as(what).hasSameSizeAs(samples);
    for (int i = 0; i < samples.size(); i++) {
      JsonEquality.assertEqual(
          JsonEquality.read(messages.get(i)).get("content"), samples.get(i).meaning());
    }
  }

  /** Also in other fields of requests, and in unknown names. */
  @Test
  void readsEscapesInEveryBody() {
    var created =
        chat.as(token)
            .post("/tenants", "{\"tenant_n\\u0061me\":\"\\ud83d\\udc4d \\u00e9\"}")
            .expect(201);
    assertThat(created.text("/tenant_name")).isEqualTo("👍 é");
    var refused =
        chat.as(token)
            .post("/tenants", "{\"tenant_name\":\"x\",\"\\ud83d\\udc4d\":1}")
            .expectProblem(422, "validation_failed");
    assertThat(refused.text("/errors/0/field")).isEqualTo("👍");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"a\":[{\"b\":\"x\\u0000\"}]}",
        "{\"a\":1e131072}",
        "{\"a\":[-1e131072]}",
        "{\"a\":1e-16384}",
        "{\"a\":0e-16384}",
        "{\"a\":1e999999999}",
        "{\"a\":1e-999999999}",
        "{\"a\":1e99999999999999999999}",
        "{\"a\":1e65530}",
        "{\"a\":[1e40000,1e40000]}"
      })
  void isRefusedIfItCannotBeStored(String content) throws Exception {
    var single =
        client
            .post("/messages", "{\"content\":" + content + "}")
            .expectProblem(422, "validation_failed");
    assertThat(single.text("/errors/0/field")).isEqualTo("content");
    var batch =
        client
            .post(
                "/messages/batch",
                "{\"messages\":[{\"content\":{}},{\"content\":" + content + "}]}")
            .expectProblem(422, "validation_failed");
    assertThat(batch.text("/errors/0/field")).isEqualTo("messages[1].content");
    broker.put(Broker.queue(tenant.toString()), content);
    broker.put(Broker.queue(tenant.toString()), "{\"good\":1}");
    awaitHead(1);
    var deadLetters = Broker.deadLetters(tenant.toString());
    await().atMost(PATIENCE).until(() -> broker.depth(deadLetters) == 1);
  }

  /** Responses must not be a thousand times larger than requests. */
  @Test
  void neverGrows() {
    var bomb = "{\"n\":[" + "1e131071,".repeat(7_000) + "1]}";
    client.post("/messages", "{\"content\":" + bomb + "}").expectProblem(422, "validation_failed");
    client.post("/messages", "{\"content\":{\"n\":1e65529}}").expect(202);
    client.post("/messages", "{\"content\":{\"n\":[" + "1,".repeat(32_000) + "1]}}").expect(202);
    awaitHead(2);
    for (var message : list()) {
      var id = message.get("message_id").asText();
      var body = client.get("/messages/" + id).expect(200).body();
      assertThat(body.length()).isLessThan(64 * 1024 + 300);
    }
  }
}
