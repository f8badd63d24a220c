package dev.chatmultischema.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stops, starts, resizes and lists consumers by tasks, on either of two nodes. */
class ConsumerTasksIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static String database;
  private static ChatService one;
  private static ChatService two;
  private static Broker broker;

  private ChatClient client;
  private String tenant;

  @BeforeAll
  static void start() {
    var backends = Backends.shared();
    database = backends.newDatabase();
    one = startNode("one");
    two = startNode("two");
    broker = new Broker(backends.rabbitmqUrl());
    await().atMost(PATIENCE).until(() -> post(one, "list-consumers").status() == 200);
  }

  private static ChatService startNode(String id) {
    return ChatService.on(Backends.shared())
        .environment("DATABASE_URL", database)
        .environment("NODE_ID", id)
        .start();
  }

  @AfterAll
  static void stop() {
    broker.close();
    two.close();
    one.close();
  }

  @BeforeEach
  void createTenant() {
    var admin = one.asAdmin();
    tenant = admin.post("/tenants", Map.of("tenant_name", "Tasks")).expect(201).text("/tenant_id");
    client = admin.tenant(tenant);
  }

  @Test
  void killsOnEveryNodeAndKeepsMessagesQueued() {
    var killed = post(two, "kill-consumers?tenant=" + tenant + "&reason=a%20test").expect(200);
    assertThat(killed.body()).contains("one: done", "two: done");
    publish(3);
    assertThat(broker.consumers(Broker.queue(tenant))).isZero();
    assertThat(broker.depth(Broker.queue(tenant))).isEqualTo(3);
    assertThat(lines(one)).hasSize(2).allMatch(line -> line.contains("stopped"));
    assertThat(client.get("/tenants/" + tenant).expect(200).text("/consumer")).isEqualTo("stopped");

    post(one, "start-consumers?tenant=" + tenant).expect(200);
    awaitStored(3);
    assertThat(lines(two))
        .hasSize(2)
        .anyMatch(line -> line.matches(".* running +running .*"))
        .anyMatch(line -> line.matches(".* running +elsewhere .*"));
    assertThat(audit("kill-consumers"))
        .contains("two|tenant=" + tenant + "|a test|done by one, two");
    assertThat(audit("start-consumers")).anyMatch(row -> row.startsWith("one|tenant=" + tenant));
  }

  @Test
  void staysStoppedWhenANodeStarts() {
    post(one, "kill-consumers?tenant=" + tenant).expect(200);
    publish(2);
    try (var three = startNode("three")) {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(lines(three)).hasSize(3));
      assertThat(lines(three)).allMatch(line -> line.contains("stopped"));
      assertThat(broker.depth(Broker.queue(tenant))).isEqualTo(2);
    }
    post(two, "start-consumers?tenant=" + tenant).expect(200);
    awaitStored(2);
  }

  @Test
  void killsAndStartsAll() {
    var other = one.asAdmin();
    var second = other.post("/tenants", Map.of("tenant_name", "B")).expect(201).text("/tenant_id");
    post(one, "kill-consumers?all=true").expect(200);
    assertThat(broker.consumers(Broker.queue(tenant))).isZero();
    assertThat(broker.consumers(Broker.queue(second))).isZero();
    post(one, "start-consumers?all=true").expect(200);
    assertThat(broker.consumers(Broker.queue(tenant))).isOne();
    assertThat(broker.consumers(Broker.queue(second))).isOne();
  }

  @Test
  void respondsEquallyToARepeatedKill() {
    post(one, "kill-consumers?tenant=" + tenant).expect(200);
    post(two, "kill-consumers?tenant=" + tenant).expect(200);
    post(two, "start-consumers?tenant=" + tenant).expect(200);
    post(one, "start-consumers?tenant=" + tenant).expect(200);
    publish(1);
    awaitStored(1);
  }

  @Test
  void resizesOnTheAssignedNode() {
    post(one, "resize-consumers?tenant=" + tenant + "&workers=7").expect(200);
    post(two, "resize-consumers?tenant=" + tenant + "&workers=9").expect(200);
    assertThat(lines(one)).allMatch(line -> line.matches(".* 9 .*"));
    assertThat(client.get("/tenants/" + tenant).expect(200).text("/workers")).isEqualTo("9");
  }

  @Test
  void listsQueueDepths() throws Exception {
    broker.put(Broker.queue(tenant), "no json");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    post(one, "kill-consumers?tenant=" + tenant).expect(200);
    publish(4);
    // in flight, queue depth, dead letters, processed
    assertThat(lines(two)).allMatch(line -> line.matches(".* 0 +4 +1 +[01] .*"));
    assertThat(lines(two)).anyMatch(line -> line.matches(".* 0 +4 +1 +1 .*"));
  }

  @Test
  void refusesInvalidParameters() {
    var unknown = UUID.randomUUID();
    for (var task :
        List.of(
            "kill-consumers",
            "kill-consumers?all=false",
            "kill-consumers?all=yes",
            "kill-consumers?tenant=nobody",
            "kill-consumers?tenant=" + unknown,
            "kill-consumers?all=true&tenant=" + tenant,
            "kill-consumers?tennant=" + tenant,
            "start-consumers",
            "list-consumers?tenant=" + unknown,
            "resize-consumers?tenant=" + tenant,
            "resize-consumers?tenant=" + tenant + "&workers=0",
            "resize-consumers?tenant=" + tenant + "&workers=65",
            "resize-consumers?tenant=" + tenant + "&workers=many",
            "resize-consumers?tenant=" + tenant + "&workers=%2B3",
            "resize-consumers?tenant=" + tenant + "&workers=%EF%BC%93",
            "resize-consumers?tenant=" + tenant + "&tenant=" + tenant + "&workers=3")) {
      assertThat(post(one, task).expect(400).body()).as(task).contains("usage: POST /tasks/");
    }
    assertThat(lines(one)).anyMatch(line -> line.matches(".* running +running .*"));
  }

  @Test
  void writesTheAudit() {
    var jdbi = one.jdbi();
    post(one, "list-consumers?reason=looking").expect(200);
    assertThat(audit("list-consumers")).anyMatch(row -> row.startsWith("one||looking|done by one"));
    for (var change :
        List.of("UPDATE audit SET outcome = 'x'", "DELETE FROM audit", "TRUNCATE audit")) {
      assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute(change)))
          .hasMessageContaining("append-only");
    }
  }

  private static Answer post(ChatService service, String task) {
    return service.admin().post("/tasks/" + task);
  }

  private void publish(int messages) {
    var batch = IntStream.range(0, messages).mapToObj(n -> Map.of("content", Map.of("n", n)));
    client.post("/messages/batch", Map.of("messages", batch.toList())).expect(202);
  }

  private void awaitStored(int messages) {
    await()
        .atMost(PATIENCE)
        .until(() -> client.get("/messages?limit=500").json().get("data").size() == messages);
  }

  /** Returns the lines about the tenant. */
  private List<String> lines(ChatService service) {
    var listed = post(service, "list-consumers?tenant=" + tenant).expect(200).body();
    return listed.lines().filter(line -> line.startsWith(tenant)).toList();
  }

  private static List<String> audit(String task) {
    return one.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT concat_ws('|', node_id, parameters, reason, outcome)
                        FROM audit
                        WHERE task = :task
                        """)
                    .bind("task", task)
                    .mapTo(String.class)
                    .list());
  }
}
