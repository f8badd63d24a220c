package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.embedded.ReverseProxy;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Installation;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of the release before, whose directory is the environment variable {@code
 * TEST_RELEASE}, are replaced by this version one after another, under load and as the runbook
 * says. {@code ops/release} builds it.
 */
class RollingUpgradeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Nodes of 0.1.0 do not drain: of requests that arrive while one stops, some get no response, and
   * clients repeat them.
   */
  private static final int ATTEMPTS = 3;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<ServiceProcess> nodes = new ArrayList<>();
  private final List<Integer> ports = List.of(FreePort.find(), FreePort.find());
  private Map<String, String> environment;
  private Map<String, String> upgraded;

  @AfterEach
  void stop() throws Exception {
    for (var closeable : open) {
      closeable.close();
    }
    for (var node : nodes) {
      node.kill();
      node.close();
    }
  }

  @Test
  void failsNoRequestAndLosesNoMessage() throws Exception {
    var directory = System.getenv("TEST_RELEASE");
    assumeTrue(directory != null, "TEST_RELEASE is not set; 'ops/release 0.1.0' prints its value");
    assumeTrue(ReverseProxy.installed(), "HAProxy or nginx is not installed");
    var before = new Installation(Path.of(directory), Installation.JAVA, List.of());
    setEnvironments();

    ServiceProcess.command(before, environment, "", "db", "migrate", "config.yml");
    var email = "ann@" + UUID.randomUUID() + ".example";
    var add = "user add --email " + email + " --name Ann --role admin config.yml";
    ServiceProcess.command(before, environment, ChatService.PASSWORD + "\n", add.split(" "));
    for (int port : ports) {
      nodes.add(ServiceProcess.start(before, own(environment, port)));
    }
    var session = logIn(email);
    var headers = headers(session);

    var proxy = ReverseProxy.haproxy(ports.get(0), ports.get(1));
    open.add(proxy);
    var load = new ProxyLoad(headers, ATTEMPTS);
    open.add(load);
    load.start(proxy.port());
    load.start(proxy.port());
    var follower = new Follower(List.of(proxy.uri()), headers);
    open.add(follower);
    await().atMost(PATIENCE).until(follower::isFollowing);
    load.awaitMore();

    ServiceProcess.command(upgraded, "", "db", "migrate", "config.yml");
    load.awaitMore();
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).terminate();
      assertThat(nodes.get(i).awaitExit(30)).isTrue();
      nodes.set(i, ServiceProcess.start(own(upgraded, ports.get(i))));
      load.awaitMore();
    }
    int accepted = load.stop();

    assertThat(load.failures()).isEmpty();
    var all = LongStream.rangeClosed(1, accepted).boxed().toList();
    await("all messages").atMost(PATIENCE).until(() -> follower.seen() >= all.size());
    assertThat(follower.seqs()).isEqualTo(all);
    assertThat(follower.resets()).isZero();
    assertThat(senders(headers)).containsOnly(session.at("/user/user_id").asText());
    System.out.printf(
        "rolling upgrade: %d posts accepted, %d requests repeated%n", accepted, load.repeated());
  }

  /** Of both versions, with one role of PostgreSQL, as installations of 0.1.0 have it. */
  private void setEnvironments() {
    var backends = Backends.shared();
    var database = backends.newDatabase();
    environment =
        new HashMap<>(
            ServiceProcess.environment(database, backends.rabbitmqUrl(), backends.redisUrl()));
    environment.put("DATABASE_URL", DatabaseRoles.owner(database));
    environment.remove("DATABASE_OWNER_URL");
    upgraded = new HashMap<>(environment);
    upgraded.put("TRUST_UNSIGNED_SENDERS", "true");
    upgraded.put("DRAIN_TIME", "3s");
    upgraded.put("TRUSTED_PROXIES", "127.0.0.1");
  }

  private static Map<String, String> own(Map<String, String> environment, int port) {
    var own = new HashMap<>(environment);
    own.put("PORT", String.valueOf(port));
    own.put("NODE_ID", "node-" + port);
    return own;
  }

  private JsonNode logIn(String email) throws IOException {
    return nodes
        .get(0)
        .post("/authentication/login", Map.of("email", email, "password", ChatService.PASSWORD));
  }

  private Map<String, String> headers(JsonNode session) throws IOException {
    var authorization = "Bearer " + session.at("/token").asText();
    var tenant =
        nodes
            .get(0)
            .post("/tenants", Map.of("tenant_name", "Before"), "Authorization: " + authorization);
    return Map.of("Authorization", authorization, "X-Tenant-ID", tenant.at("/tenant_id").asText());
  }

  /** Returns the sender of every message. */
  private List<String> senders(Map<String, String> headers) throws IOException {
    var lines = headers.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue());
    var senders = new ArrayList<String>();
    try (var connection = nodes.get(0).connect(lines.toArray(String[]::new))) {
      JsonNode page;
      var cursor = "";
      do {
        var answer =
            connection.request("GET", "/messages?limit=500&order=asc" + cursor, new byte[0]);
        page = JSON.readTree(answer.body());
        page.at("/data").forEach(message -> senders.add(message.at("/sender_id").asText()));
        cursor = "&cursor=" + page.at("/next_cursor").asText();
      } while (page.at("/has_more").asBoolean());
    }
    return senders;
  }
}
