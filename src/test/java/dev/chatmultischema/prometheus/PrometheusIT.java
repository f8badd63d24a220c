package dev.chatmultischema.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scrapes a node with a real Prometheus, and waits for alerts of real faults. */
@NeedsPrometheus
class PrometheusIT {

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:chat_[a-z_]+|io_dropwizard_\\w+|process_start_time_seconds)\\b");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final TcpProxy REDIS = redis();

  private static ChatService chat;
  private static String token;
  private static TenantId tenant;
  private static PrometheusServer prometheus;

  private static TcpProxy redis() {
    return TcpProxy.to(Backends.shared().redisUrl());
  }

  @BeforeAll
  static void start() {
    var backends = Backends.shared();
    chat =
        ChatService.on(backends)
            // Its metrics are few, so that each scrape ends in its second.
            .environment("DATABASE_URL", backends.newDatabase())
            .environment("REDIS_URL", REDIS.url(backends.redisUrl()))
            .start();
    token = chat.adminToken();
    tenant = chat.addTenant(token);
    prometheus = PrometheusServer.scraping(chat.adminUri().getPort(), Map.of());
    var sender = chat.as(token).tenant(tenant);
    send(sender, 20);
  }

  @AfterAll
  static void stop() throws Exception {
    prometheus.close();
    chat.close();
    REDIS.close();
  }

  @Test
  void everyMetricOfTheRulesExists() throws Exception {
    var rules = Files.readString(Path.of("ops/prometheus/rules.yml"));
    var names = new TreeSet<>(METRIC.matcher(rules).results().map(MatchResult::group).toList());
    names.remove("chat_messages_unaccounted");
    assertThat(names).hasSizeGreaterThan(10);
    for (var name : names) {
      await(name).atMost(PATIENCE).until(() -> !prometheus.query(name).isEmpty());
    }
  }

  @Test
  void everyQueryOfTheDashboardsOfNodesReturnsData() throws Exception {
    var queries = Dashboards.queries("overview", "tenant", "node");
    assertThat(queries).hasSizeGreaterThan(40);
    for (var query : queries) {
      var here =
          query
              .replace("$__rate_interval", "10s")
              .replace("$tenant", tenant.toString())
              .replace("$instance", "127.0.0.1:" + chat.adminUri().getPort());
      await(here).atMost(PATIENCE).until(() -> !prometheus.query(here).isEmpty());
    }
  }

  @Test
  void respondsInOpenMetricsToThoseWhoAccept() {
    var accepting =
        chat.admin()
            .with("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
            .get("/prometheus")
            .expect(200);
    assertThat(accepting.header("Content-Type"))
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(accepting.body())
        .contains("# TYPE chat_messages_accepted counter", "chat_messages_accepted_total{")
        .endsWith("# EOF\n");
    assertThat(chat.admin().get("/prometheus").expect(200).header("Content-Type"))
        .startsWith("text/plain; version=0.0.4");
  }

  @Test
  void accountsForEveryMessage() throws IOException {
    var query = "tenant:chat_messages_unaccounted:sum{tenant=\"" + tenant + "\"} == 0";
    await(query).atMost(PATIENCE).until(() -> !prometheus.query(query).isEmpty());
  }

  @Test
  void alertsOfDeadLetters() throws Exception {
    // Not the tenant of the other tests: what others put into its queue is accepted by nobody.
    var other = chat.addTenant(token);
    var quiet = "chat_messages_dead_lettered_total{tenant=\"" + other + "\"} == 0";
    await(quiet).atMost(PATIENCE).until(() -> !prometheus.query(quiet).isEmpty());
    assertThat(prometheus.fires("ChatDeadLetters")).isFalse();
    try (var broker = new Broker(Backends.shared().rabbitmqUrl())) {
      var properties = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
      broker.put(Broker.queue(other.toString()), properties, "no JSON".getBytes(UTF_8));
    }
    await("ChatDeadLetters").atMost(PATIENCE).until(() -> prometheus.fires("ChatDeadLetters"));
  }

  @Test
  void alertsWhileRedisIsDown() throws Exception {
    await("health")
        .atMost(PATIENCE)
        .until(() -> !prometheus.query("chat_health{check=\"redis\"} == 1").isEmpty());
    assertThat(prometheus.fires("ChatRedisDown")).isFalse();
    REDIS.cut();
    await("ChatRedisDown").atMost(PATIENCE).until(() -> prometheus.fires("ChatRedisDown"));
    assertThat(prometheus.fires("ChatDatabaseDown")).isFalse();
    REDIS.restore();
    await("its end").atMost(PATIENCE).until(() -> !prometheus.fires("ChatRedisDown"));
  }

  private static void send(ChatClient sender, int messages) {
    for (int n = 0; n < messages; n++) {
      sender.post("/messages", Map.of("content", Map.of("n", n))).expect(202);
    }
  }
}
