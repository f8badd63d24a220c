package dev.chatmultischema.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.user.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A browser's own EventSource, on a page of another origin, over an unreliable network: the page
 * receives every message once and in order.
 */
@NeedsChromium
class EventSourceIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TEXT = "x".repeat(1_000);
  private static final int PART_BYTES = 1_000_000;

  /** A page that follows a stream, and continues with a new ticket after the last message. */
  private static final String PAGE =
      """
      <!doctype html>
      <title>A page of another origin</title>
      <script>
        const seen = [];
        const firsts = [];
        let tickets = 0;
        let last = 0;
        let state = 'new';

        async function follow(base, token, tenant) {
          try {
            const answer = await fetch(`${base}/messages/stream/tickets`, {
              method: 'POST',
              headers: {Authorization: `Bearer ${token}`, 'X-Tenant-ID': tenant},
            });
            const {ticket} = await answer.json();
            tickets++;
            listen(`${base}/messages/stream?last_event_id=${last}&ticket=${ticket}`,
              () => follow(base, token, tenant));
          } catch {
            setTimeout(() => follow(base, token, tenant), 100);
          }
        }

        function listen(url, ended) {
          const source = new EventSource(url);
          source.addEventListener('ready', (event) => {
            state = 'open';
            firsts.push(JSON.parse(event.data).resumed_from);
          });
          source.addEventListener('reset', () => firsts.push('reset'));
          source.onmessage = (event) => {
            const message = JSON.parse(event.data);
            seen.push(String(message.seq) === event.lastEventId ? message.seq : 'wrong id');
            last = message.seq;
          };
          source.onerror = () => {
            state = 'broken';
            if (source.readyState === EventSource.CLOSED) ended();
          };
        }
      </script>
      """;

  private static HttpServer site;
  private static String origin;
  private static ChatService chat;
  private static TcpProxy network;
  private static Browser browser;

  private Browser.Window page;
  private ChatClient sender;
  private long sent;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.start();
    site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    site.createContext("/", EventSourceIT::serve);
    site.start();
    origin = "http://localhost:" + site.getAddress().getPort();
    chat = ChatService.on(Backends.shared()).environment("CORS_ORIGINS", origin).start();
    network = TcpProxy.to(chat.uri().toString());
  }

  private static void serve(HttpExchange exchange) throws IOException {
    var body = PAGE.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterAll
  static void stop() {
    browser.close();
    site.stop(0);
    network.close();
    chat.close();
  }

  @BeforeEach
  void openThePage() {
    network.restore();
    var token = chat.login(chat.addUser(Role.USER, null));
    var user = chat.as(token);
    var tenant =
        user.post("/tenants", Map.of("tenant_name", "Of a page")).expect(201).text("/tenant_id");
    sender = user.tenant(tenant);
    page = browser.open(origin);
    page.run("follow(...arguments)", network.url(chat.uri().toString()), token, tenant);
    await("the stream").atMost(PATIENCE).until(() -> page.run("return state"), "open"::equals);
  }

  @AfterEach
  void closeThePage() {
    page.run("location = 'about:blank'");
  }

  private void send(int count) {
    var message = Map.of("content", Map.of("text", TEXT));
    var batch = IntStream.range(0, count).mapToObj(i -> message).toList();
    sender.post("/messages/batch", Map.of("messages", batch)).expect(202);
    sent += count;
  }

  private long seen() {
    return (Long) page.run("return seen.length");
  }

  private void awaitAll() {
    await("all messages").atMost(PATIENCE).until(() -> seen() >= sent);
  }

  private void assertEachOnceInOrder() {
    List<Long> expected = LongStream.rangeClosed(1, sent).boxed().toList();
    assertThat(page.run("return seen")).isEqualTo(expected);
  }

  private void cut() {
    network.cut();
    await("the error on the page")
        .atMost(PATIENCE)
        .until(() -> page.run("return state"), "broken"::equals);
  }

  @Test
  void receivesEveryMessageOnceOverALostConnection() {
    send(20);
    awaitAll();
    for (int round = 1; round <= 3; round++) {
      cut();
      send(30);
      network.restore();
      send(30);
      awaitAll();
    }
    assertEachOnceInOrder();
    // Each lost connection was resumed after the last message.
    assertThat(page.run("return tickets")).isEqualTo(4L);
    assertThat(page.run("return firsts")).isEqualTo(List.of(0L, 20L, 80L, 140L));
  }

  @Test
  void receivesEveryMessageOnceOverABrokenReplay() {
    cut();
    for (int batch = 0; batch < 10; batch++) {
      send(500);
    }
    network.restore();
    network.breakAfter(PART_BYTES);
    awaitAll();
    assertEachOnceInOrder();
    long parts = sent * TEXT.length() / PART_BYTES;
    assertThat((Long) page.run("return tickets")).isGreaterThan(parts);
  }

  @Test
  void continuesAfterAStalledNetwork() {
    send(5);
    awaitAll();
    network.stall();
    send(50);
    network.restore();
    send(5);
    awaitAll();
    assertEachOnceInOrder();
  }
}
