package dev.chatmultischema.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Slow clients do not delay others. */
@ChatTest(settings = {"http.bodySilence=15s", "http.responseStall=5s"})
@Tag("once")
class SlowClientsIT {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int BATCH_BYTES = 30_000_000;

  @Started private static ChatService chat;
  private static String token;
  private static ChatClient sender;
  private static String headers;

  private final List<RawConnection> slow = new ArrayList<>();

  @BeforeAll
  static void start() {
    token = chat.adminToken();
    var tenant = chat.addTenant(token);
    sender = chat.as(token).tenant(tenant);
    headers = "Authorization: Bearer " + token + "\r\nX-Tenant-ID: " + tenant + "\r\n";
    for (int i = 0; i < 15; i++) {
      sender.post("/messages", Map.of("content", Map.of("text", "x".repeat(60_000)))).expect(202);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> sender.head() == 15);
  }

  @AfterEach
  void hangUp() throws IOException {
    for (var connection : slow) {
      connection.close();
    }
  }

  @Test
  void servesOthersDuringSlowBodies() throws IOException {
    for (int i = 0; i < 100; i++) {
      login("Content-Length: 1000\r\n", "{");
    }
    for (int i = 0; i < 50; i++) {
      login("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n");
    }
    for (int i = 0; i < 50; i++) {
      batch("Content-Length: " + BATCH_BYTES + "\r\n", "{");
      batch("Content-Length: 54\r\nContent-Encoding: gzip\r\n", "\u001f");
    }
    for (int i = 0; i < 50; i++) {
      admin("Content-Length: 1000\r\n", "x");
    }

    assertOthersAreServed();
    var large = Map.of("content", Map.of("text", "x".repeat(60_000)));
    sender.post("/messages/batch", Map.of("messages", List.of(large, large))).expect(202);
    for (var connection : slow) {
      assertThat(connection.answered()).isFalse();
    }

    for (var connection : slow) {
      var answer = connection.read();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.headers()).containsEntry("Connection", "close");
      assertThat(answer.text()).contains("\"code\":\"request_timeout\"");
    }
  }

  @Test
  void refusesASlowBody() throws IOException {
    login("Content-Length: 10000\r\n", "{");
    var connection = slow.get(0);
    await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(30))
        .until(() -> connection.answered() || connection.send(" ") == null);
    assertThat(connection.read().status()).isEqualTo(408);
  }

  @Test
  void refusesAStrangerBeforeTheBody() throws IOException {
    for (var path : List.of("/messages", "/messages/batch", "/users", "/tenants", "/users/me")) {
      for (var authorization : List.of("", "Authorization: Bearer x.y.z\r\n")) {
        send(chat.uri(), "POST " + path, authorization + "Content-Length: 9\r\n", "");
        var answer = slow.get(slow.size() - 1).read();
        assertThat(answer.status()).isIn(401, 405);
        assertThat(answer.headers()).containsEntry("Connection", "close");
      }
    }
  }

  @Test
  void letsClientsSendABodyThatIsNotRead() throws IOException {
    var piece = "x".repeat(100_000);
    for (var more : List.of("", headers + "Content-Type: application/json\r\n")) {
      send(chat.uri(), "POST /messages", more + "Content-Length: 20000000\r\n", piece);
      var connection = slow.get(slow.size() - 1);
      assertThat(connection.read().status()).isEqualTo(more.isEmpty() ? 401 : 413);
      for (int sent = 1; sent < 200; sent++) {
        connection.send(piece);
      }
    }
  }

  @Test
  void refusesAStrangerBeforeAForm() throws IOException {
    for (int i = 0; i < 100; i++) {
      send(
          chat.uri(),
          "POST /users",
          "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n",
          "a");
    }
    assertOthersAreServed();
    for (var connection : slow) {
      assertThat(connection.read().status()).isIn(401, 415);
    }
  }

  @Test
  void servesOthersDuringUnreadResponses() throws IOException {
    for (int i = 0; i < 100; i++) {
      page();
    }
    for (var connection : slow) {
      await().atMost(Duration.ofSeconds(60)).until(connection::answered);
    }
    assertOthersAreServed();
    page();
    var page = new ObjectMapper().readTree(slow.get(slow.size() - 1).read().body());
    assertThat(page.get("data")).isNotEmpty();
  }

  @Test
  void disconnectsAClientThatDoesNotRead() throws IOException {
    page();
    var connection = slow.get(0);
    await().atMost(SOON).until(connection::answered);
    assertThat(responseBytesHeld()).isPositive();
    await().atMost(Duration.ofSeconds(60)).until(() -> responseBytesHeld() == 0);
    assertThatThrownBy(connection::read).isInstanceOf(IOException.class);
  }

  private static long responseBytesHeld() {
    var gauges = chat.admin().get("/metrics").expect(200).json().get("gauges");
    return gauges.get("http.response-bytes").get("value").asLong();
  }

  private void assertOthersAreServed() {
    for (int i = 0; i < 5; i++) {
      assertSoon(() -> chat.anonymous().get("/health").expect(200));
      assertSoon(() -> chat.anonymous().get("/health-check?type=alive").expect(200));
      assertSoon(() -> chat.admin().get("/health-check?type=alive").expect(200));
      assertSoon(() -> chat.admin().get("/healthcheck").expect(200));
      assertSoon(() -> chat.admin().get("/prometheus").expect(200));
      assertSoon(() -> chat.admin().post("/tasks/list-consumers").expect(200));
      assertSoon(() -> sender.post("/messages", Map.of("content", Map.of("n", 1))).expect(202));
    }
  }

  private static void assertSoon(Runnable request) {
    long started = System.nanoTime();
    request.run();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(SOON);
  }

  private void page() throws IOException {
    send(chat.uri(), 4 * 1024, "GET /messages?limit=15", headers, "");
  }

  private void login(String more, String body) throws IOException {
    send(
        chat.uri(),
        "POST /authentication/login",
        "Content-Type: application/json\r\n" + more,
        body);
  }

  private void batch(String more, String body) throws IOException {
    send(
        chat.uri(),
        "POST /messages/batch",
        headers + "Content-Type: application/json\r\n" + more,
        body);
  }

  private void admin(String more, String body) throws IOException {
    send(chat.adminUri(), "POST /tasks/gc", more, body);
  }

  private void send(URI uri, String line, String more, String body) throws IOException {
    send(uri, 64 * 1024, line, more, body);
  }

  private void send(URI uri, int receiveBytes, String line, String more, String body)
      throws IOException {
    var connection = new RawConnection(uri, receiveBytes);
    slow.add(connection);
    connection.send(line + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n" + body);
  }
}
