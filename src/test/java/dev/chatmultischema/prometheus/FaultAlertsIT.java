package dev.chatmultischema.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.RawConnection;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Causes the faults that alerts are about, and waits for the alerts in a real Prometheus. */
@NeedsPrometheus
class FaultAlertsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static TcpProxy database;
  private static TcpProxy rabbitmq;
  private static Broker broker;
  private static ChatService chat;
  private static String token;
  private static PrometheusServer prometheus;

  private TenantId tenant;
  private ChatClient client;

  @BeforeAll
  static void start() throws Exception {
    var backends = Backends.shared();
    var databaseUrl = backends.newDatabase();
    ChatService.migrate(databaseUrl);
    database = TcpProxy.to(databaseUrl);
    rabbitmq = TcpProxy.to(backends.rabbitmqUrl());
    broker = new Broker(backends.rabbitmqUrl());
    chat = node(databaseUrl, backends);
    token = chat.adminToken();
    prometheus = PrometheusServer.scraping(chat.adminUri().getPort(), Map.of());
  }

  private static ChatService node(String databaseUrl, Backends backends) {
    return ChatService.on(backends)
        .environment("DATABASE_URL", database.url(databaseUrl))
        .environment("RABBITMQ_URL", rabbitmq.url(backends.rabbitmqUrl()))
        .setting("consumer.stuckAfter", "2s")
        .setting("stream.maxBuffer", "64KiB")
        .start();
  }

  @AfterAll
  static void stop() {
    prometheus.close();
    chat.close();
    broker.close();
    rabbitmq.close();
    database.close();
  }

  @BeforeEach
  void addTenant() {
    chat.awaitReady();
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
    post(1);
    await().atMost(PATIENCE).until(() -> client.head() == 1);
  }

  @Test
  void alertsOfAQueueThatGrows() throws Exception {
    task("kill-consumers");
    post(600);
    awaitSample("chat_queue_depth{tenant=\"" + tenant + "\"} >= 600");
    assertThat(prometheus.fires("ChatQueueGrows")).isFalse();
    // Many times, since the depth must grow while the alert is pending.
    awaitAlert("ChatQueueGrows", () -> post(200));
    task("start-consumers");
  }

  @Test
  void alertsOfSlowDelivery() throws Exception {
    task("kill-consumers");
    post(50);
    // Messages that have waited for three seconds.
    var depth = "chat_queue_depth{tenant=\"" + tenant + "\"}[5s]";
    awaitSample("min_over_time(" + depth + ") == 50 and count_over_time(" + depth + ") >= 4");
    task("start-consumers");
    awaitAlert("ChatSlowDelivery");
  }

  @Test
  void alertsOfAStuckConsumer() throws Exception {
    try (var handle = chat.jdbi().open()) {
      handle.begin();
      handle.execute("SELECT FROM tenant_heads FOR UPDATE");
      post(1);
      awaitAlert("ChatStuckConsumer");
      handle.rollback();
    }
  }

  @Test
  void alertsOfMessagesThatAreNowhere() throws Exception {
    var accounted =
        "tenant:chat_messages_unaccounted:sum{tenant=\"" + tenant + "\"} offset 18s == 0";
    awaitSample(accounted);
    task("kill-consumers");
    post(3);
    awaitSample("chat_queue_depth{tenant=\"" + tenant + "\"} == 3");
    broker.drain(Broker.queue(tenant.toString()));
    awaitAlert("ChatLedgerBroken");
  }

  @Test
  void alertsOfStreamsThatAreDropped() throws Exception {
    var large = Map.of("content", Map.of("text", "x".repeat(60_000)));
    var streams = new ArrayList<RawConnection>();
    try {
      for (int i = 0; i < 15; i++) {
        var stream = new RawConnection(chat.uri(), 4 * 1024);
        streams.add(stream);
        stream.send(
            ("GET /messages/stream HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer %s\r\nX-Tenant-ID: %s\r\n\r\n")
                .formatted(token, tenant));
        await().atMost(PATIENCE).until(stream::answered);
      }
      awaitSample("chat_stream_dropped_subscribers_total{tenant=\"" + tenant + "\"} == 0");
      for (int i = 0; i < 5; i++) {
        client
            .post("/messages/batch", Map.of("messages", Collections.nCopies(100, large)))
            .expect(202);
      }
      awaitAlert("ChatStreamDrops");
    } finally {
      for (var stream : streams) {
        stream.close();
      }
    }
  }

  @Test
  void alertsWhileRabbitmqIsDownAndTenantsHaveNoConsumer() throws Exception {
    rabbitmq.cut();
    awaitAlert("ChatBrokerDown");
    awaitAlert("ChatNoConsumer");
    rabbitmq.restore();
    awaitEnd("ChatBrokerDown");
    awaitEnd("ChatNoConsumer");
  }

  @Test
  void alertsWhilePostgresqlIsDown() throws Exception {
    database.cut();
    awaitAlert("ChatDatabaseDown");
    database.restore();
    awaitEnd("ChatDatabaseDown");
  }

  @Test
  void alertsWhileThreadsWaitForConnections() throws Exception {
    var requests = Executors.newFixedThreadPool(100);
    database.stall();
    try {
      var sent = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 100; i++) {
        sent.add(CompletableFuture.runAsync(this::readAgainAndAgain, requests));
      }
      awaitAlert("ChatPoolExhausted");
      sent.forEach(request -> request.cancel(true));
    } finally {
      requests.shutdownNow();
      database.restore();
    }
    awaitEnd("ChatPoolExhausted");
  }

  private void readAgainAndAgain() {
    while (!Thread.currentThread().isInterrupted()) {
      client.get("/messages");
    }
  }

  @Test
  void alertsOfANodeThatIsGone() throws Exception {
    var backends = Backends.shared();
    var databaseUrl = backends.newDatabase();
    ChatService.migrate(databaseUrl);
    try (var other = ChatService.on(backends).environment("DATABASE_URL", databaseUrl).start();
        var watching = PrometheusServer.scraping(other.adminUri().getPort(), Map.of())) {
      await().atMost(PATIENCE).until(() -> !watching.query("chat_nodes_live == 1").isEmpty());
      other.close();
      await().atMost(PATIENCE).until(() -> watching.fires("ChatNodeDown"));
    }
  }

  private void post(int messages) {
    var message = Map.of("content", Map.of("text", "hello"));
    for (int rest = messages; rest > 0; rest -= 100) {
      var batch = List.copyOf(Collections.nCopies(Math.min(100, rest), message));
      client.post("/messages/batch", Map.of("messages", batch)).expect(202);
    }
  }

  private void task(String name) {
    chat.admin().post("/tasks/" + name + "?tenant=" + tenant).expect(200);
  }

  private static void awaitSample(String query) {
    await(query).atMost(PATIENCE).until(() -> !prometheus.query(query).isEmpty());
  }

  private static void awaitAlert(String alert) {
    awaitAlert(alert, () -> {});
  }

  private static void awaitAlert(String alert, Runnable cause) {
    await(alert)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              cause.run();
              return prometheus.fires(alert);
            });
  }

  private static void awaitEnd(String alert) {
    await("the end of " + alert).atMost(PATIENCE).until(() -> !prometheus.fires(alert));
  }
}
