package dev.chatmultischema.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.RealServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Several nodes on one set of servers share the tenants between them. */
class ClusterIT {

  private static final Duration SPREAD_WITHIN = Duration.ofSeconds(10);
  private static final int TENANTS = 31;

  private final List<ChatService> nodes = new ArrayList<>();
  private final List<String> tenants = new ArrayList<>();
  private Backends backends;
  private String database;
  private TcpProxy redis;
  private ChatClient admin;

  @BeforeEach
  void start() throws Exception {
    backends = Backends.shared();
    database = backends.newDatabase();
    redis = TcpProxy.to(backends.redisUrl());
    admin = startNode("a").asAdmin();
    for (int i = 0; i < TENANTS; i++) {
      var created = admin.post("/tenants", Map.of("tenant_name", "T" + i)).expect(201);
      tenants.add(created.text("/tenant_id"));
    }
  }

  private ChatService startNode(String id) throws Exception {
    return startNode(id, database);
  }

  private ChatService startNode(String id, String databaseUrl) throws Exception {
    var node =
        ChatService.on(backends)
            .environment("DATABASE_URL", databaseUrl)
            .environment("REDIS_URL", redis.url(backends.redisUrl()))
            .environment("NODE_ID", id)
            .start();
    nodes.add(node);
    return node;
  }

  @AfterEach
  void stop() throws Exception {
    nodes.forEach(ChatService::close);
    redis.close();
  }

  @Test
  void spreadsTenantsEvenlyWhenNodesStartAndStop() throws Exception {
    awaitSpread("a");
    var b = startNode("b");
    awaitSpread("a", "b");
    startNode("c");
    awaitSpread("a", "b", "c");
    publishToEach(1);
    nodes.remove(b);
    b.close();
    awaitSpread("a", "c");
    publishToEach(2);
  }

  @Test
  void executesCommandsOnAllNodesWithoutRedis() throws Exception {
    var b = startNode("b");
    awaitSpread("a", "b");
    redis.cut();
    task(b, "kill-consumers?all=true").expect(200);
    assertThat(running()).isEmpty();
    task(b, "resize-consumers?workers=5&tenant=" + tenants.get(0)).expect(200);
    task(b, "start-consumers?all=true").expect(200);
    awaitSpread("a", "b");
    var created = admin.post("/tenants", Map.of("tenant_name", "Late")).expect(201);
    tenants.add(created.text("/tenant_id"));
    publishToEach(1);
  }

  @Test
  void takesOverFromANodeThatCannotReachTheDatabase() throws Exception {
    try (var line = TcpProxy.to(database)) {
      startNode("b", line.url(database));
      awaitSpread("a", "b");
      line.cut();
      var patience = Duration.ofSeconds(40);
      await().atMost(patience).until(() -> running().equals(Map.of("a", TENANTS)));
      publishToEach(1);
      line.restore();
      await().atMost(patience).until(() -> running().containsKey("b"));
      awaitSpread("a", "b");
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = RealServers.DIRECTORY,
      matches = ".+",
      disabledReason = "the embedded broker activates the next consumer before it requeues")
  void keepsOrderDuringHandover() throws Exception {
    var client = admin.tenant(tenants.get(0));
    int sent = 0;
    for (var id : List.of("b", "c", "d")) {
      startNode(id);
      for (int round = 0; round < 10; round++) {
        int from = sent;
        var batch =
            IntStream.range(from, from + 100).mapToObj(n -> Map.of("content", Map.of("n", n)));
        client.post("/messages/batch", Map.of("messages", batch.toList())).expect(202);
        sent += 100;
      }
    }
    int all = sent;
    await().atMost(SPREAD_WITHIN).until(() -> client.head() == all);
    assertThat(client.messages().stream().map(message -> message.at("/content/n").asInt()))
        .containsExactlyElementsOf(IntStream.range(0, all).boxed().toList());
  }

  /**
   * Waits until each tenant is consumed by one of the nodes, and the numbers of tenants of any two
   * nodes differ by at most one.
   */
  private void awaitSpread(String... ids) {
    await()
        .atMost(SPREAD_WITHIN)
        .untilAsserted(
            () -> {
              var running = running();
              assertThat(running.keySet()).containsExactlyInAnyOrder(ids);
              int even = TENANTS / ids.length;
              assertThat(running.values()).allSatisfy(n -> assertThat(n).isBetween(even, even + 1));
              assertThat(running.values().stream().mapToInt(n -> n).sum()).isEqualTo(TENANTS);
            });
  }

  /** Returns the number of running consumers on each node. */
  private Map<String, Integer> running() {
    var running = new HashMap<String, Integer>();
    task(nodes.get(0), "list-consumers")
        .body()
        .lines()
        .map(line -> line.split(" +"))
        .filter(columns -> columns.length > 3 && columns[3].equals("running"))
        .forEach(columns -> running.merge(columns[1], 1, Integer::sum));
    return running;
  }

  private static Answer task(ChatService node, String task) {
    return node.admin().post("/tasks/" + task);
  }

  private void publishToEach(int seq) {
    for (var tenant : tenants) {
      var message = Map.of("content", Map.of("n", seq));
      admin.tenant(tenant).post("/messages", message).expect(202);
    }
    for (var tenant : tenants) {
      // An isolated node keeps the consumers of its tenants for 20 s.
      await().atMost(Duration.ofSeconds(40)).until(() -> admin.tenant(tenant).head() == seq);
    }
  }
}
