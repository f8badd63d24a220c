package dev.chatmultischema.http.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.AMQP;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Follows requests from their response to the log of the consumer and to the dead letter. */
@ChatTest(environment = {"REQUEST_LOG=true", "LOG_LEVEL=INFO"})
class RequestTraceIT {

  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String TRACEPARENT = "00-" + TRACE_ID + "-b7ad6b7169203331-01";

  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private static final ListAppender<ILoggingEvent> LOG =
      new ListAppender<>() {
        @Override
        protected synchronized void append(ILoggingEvent event) {
          // Copies the fields of the thread.
          event.prepareForDeferredProcessing();
          super.append(event);
        }
      };

  @Started private static ChatService chat;
  @Started private static Broker broker;
  private static String token;
  private static String tenant;
  private static ChatClient sender;

  @BeforeAll
  static void listen() {
    token = chat.adminToken();
    tenant = chat.addTenant(token).toString();
    sender = chat.as(token).tenant(tenant);
    LOG.start();
    ROOT.addAppender(LOG);
  }

  @AfterAll
  static void stopListening() {
    ROOT.detachAppender(LOG);
  }

  @Test
  void returnsTheRequestIdWithEveryResponse() {
    var id = "web-" + UUID.randomUUID();
    var known = sender.with("X-Request-ID", id);
    assertThat(known.get("/messages").expect(200).header("X-Request-ID")).isEqualTo(id);
    assertThat(known.get("/messages/none").expect(404).header("X-Request-ID")).isEqualTo(id);
    assertThat(known.get("/nothing").expect(404).header("X-Request-ID")).isEqualTo(id);
    assertThat(known.post("/messages", "{").expect(400).header("X-Request-ID")).isEqualTo(id);
    assertThat(known.delete("/messages").expect(405).header("X-Request-ID")).isEqualTo(id);
    assertThat(known.post("/messages", "x".repeat(600_000)).expect(413).header("X-Request-ID"))
        .isEqualTo(id);
    var anonymous = chat.anonymous().with("X-Request-ID", id);
    assertThat(anonymous.get("/users/me").expect(401).header("X-Request-ID")).isEqualTo(id);
    assertThat(anonymous.get("/messages/stream").expect(401).header("X-Request-ID")).isEqualTo(id);
    assertThat(anonymous.get("/health").expect(200).header("X-Request-ID")).isEqualTo(id);
    var operator = chat.admin().with("X-Request-ID", id);
    assertThat(operator.post("/tasks/list-consumers").expect(200).header("X-Request-ID"))
        .isEqualTo(id);
    var unknown = operator.post("/tasks/none").expect(404);
    assertThat(unknown.header("X-Request-ID")).isEqualTo(id);
  }

  @Test
  void createsAnIdInPlaceOfAnUnsafeOne() {
    for (var unsafe : List.of("a b", "<script>", "a".repeat(129))) {
      var answer = sender.with("X-Request-ID", unsafe).get("/messages").expect(200);
      assertThat(UUID.fromString(answer.header("X-Request-ID")).version()).isEqualTo(4);
    }
    assertThat(sender.get("/messages").header("X-Request-ID"))
        .isNotEqualTo(sender.get("/messages").header("X-Request-ID"));
  }

  @Test
  void createsAnIdForMalformedHttp() throws IOException {
    try (var connection = new RawConnection(chat.uri())) {
      var answer = connection.send("GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n").read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.headers()).containsKey("x-request-id");
    }
  }

  @Test
  void logsAMessageOfASampledTraceWhereItIsStored() {
    var answer = send(sender.with("traceparent", TRACEPARENT), Map.of("text", "a secret"));
    var stored = awaitLine("stored message " + answer.text("/message_id"));
    assertThat(stored.getLevel()).isEqualTo(Level.INFO);
    assertThat(stored.getMDCPropertyMap())
        .containsEntry("request_id", answer.header("X-Request-ID"))
        .containsEntry("trace_id", TRACE_ID)
        .containsEntry("tenant", tenant)
        .containsEntry("message_id", answer.text("/message_id"));
    assertThat(snapshot())
        .noneMatch(line -> line.getFormattedMessage().contains("a secret"))
        .noneMatch(line -> line.getFormattedMessage().contains(token));
  }

  @Test
  void logsOtherMessagesAtLevelDebug() {
    var quiet = send(sender, Map.of("n", 1));
    // Messages of one sender are stored in order.
    var next = send(sender.with("traceparent", TRACEPARENT), Map.of("n", 2));
    awaitLine("stored message " + next.text("/message_id"));
    var messages =
        (Logger) LoggerFactory.getLogger("dev.chatmultischema.consumer.processing.MessageLog");
    messages.setLevel(Level.DEBUG);
    try {
      var logged = send(sender.with("X-Request-ID", "web-17"), Map.of("n", 3));
      var line = awaitLine("stored message " + logged.text("/message_id"));
      assertThat(line.getMDCPropertyMap())
          .containsEntry("request_id", "web-17")
          .doesNotContainKey("trace_id");
    } finally {
      messages.setLevel(null);
    }
    assertThat(lines("stored message " + quiet.text("/message_id"))).isEmpty();
  }

  @Test
  void aDeadLetterNamesItsRequest() throws Exception {
    var properties =
        new AMQP.BasicProperties.Builder()
            .deliveryMode(2)
            .messageId(UUID.randomUUID().toString())
            .headers(Map.of("x-chat-request-id", "producer-4", "traceparent", TRACEPARENT))
            .build();
    broker.put(Broker.queue(tenant), properties, "{\"a secret\":unquoted}".getBytes(UTF_8));
    var line = awaitLine("dead-lettering message " + properties.getMessageId());
    assertThat(line.getLevel()).isEqualTo(Level.WARN);
    assertThat(line.getFormattedMessage()).doesNotContain("secret", "unquoted");
    assertThat(line.getMDCPropertyMap())
        .containsEntry("request_id", "producer-4")
        .containsEntry("trace_id", TRACE_ID);
    await("the dead letter").until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    assertThat(chat.admin().post("/tasks/list-dead-letters?tenant=" + tenant).expect(200).body())
        .containsPattern("request_id +producer-4")
        .containsPattern("trace_id +" + TRACE_ID);
  }

  @Test
  void logsRequestsWithoutTheirQuery() {
    var id = "web-" + UUID.randomUUID();
    sender.with("X-Request-ID", id).get("/messages/stream?ticket=abcdef").expect(401);
    await("the line of the request").until(() -> !ofRequest(id).isEmpty());
    var line = ofRequest(id).get(0);
    assertThat(line.getFormattedMessage())
        .startsWith("GET /messages/stream 401, ")
        .doesNotContain("abcdef");
    assertThat(line.getMDCPropertyMap())
        .containsEntry("status", "401")
        .containsEntry("tenant", tenant);
  }

  private static Answer send(ChatClient client, Object content) {
    return client.post("/messages", Map.of("content", content)).expect(202);
  }

  private static ILoggingEvent awaitLine(String start) {
    await(start).until(() -> !lines(start).isEmpty());
    return lines(start).get(0);
  }

  private static List<ILoggingEvent> lines(String start) {
    return snapshot().stream()
        .filter(line -> line.getFormattedMessage().startsWith(start))
        .toList();
  }

  private static List<ILoggingEvent> ofRequest(String id) {
    return snapshot().stream()
        .filter(line -> line.getLoggerName().endsWith("RequestLines"))
        .filter(line -> id.equals(line.getMDCPropertyMap().get("request_id")))
        .toList();
  }

  private static List<ILoggingEvent> snapshot() {
    synchronized (LOG) {
      return List.copyOf(LOG.list);
    }
  }
}
