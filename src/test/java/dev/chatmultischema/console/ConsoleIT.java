package dev.chatmultischema.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console's files and JSON without a browser; {@code ConsolePageIT} tests it in one. */
@ChatTest(
    newDatabase = true,
    environment = {"ADMIN_TOKEN=" + ConsoleIT.TOKEN, "NODE_ID=panel"},
    settings = "amqp.retryDelays=[50ms]")
class ConsoleIT {

  static final String TOKEN = "the-token-of-the-console-4711";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path FILES = Path.of("src/main/resources/console");

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private static ChatClient operator() {
    return chat.admin().with("Authorization", "Bearer " + TOKEN);
  }

  private static JsonNode read(String path) {
    return operator().get("/console/api/" + path).expect(200).json();
  }

  private static String addTenant(String name) {
    var created = chat.asAdmin().post("/tenants", Map.of("tenant_name", name)).expect(201);
    return created.text("/tenant_id");
  }

  @Test
  void servesItsFilesWithoutTheTokenAndDataWithIt() throws IOException {
    var anybody = chat.admin();
    try (var files = Files.list(FILES)) {
      for (var file : files.map(path -> path.getFileName().toString()).toList()) {
        anybody.get("/console/" + file).expect(200);
      }
    }
    for (var path :
        List.of("session", "overview", "nodes", "tenants", "audit", "receipts", "health", "none")) {
      anybody.get("/console/api/" + path).expectProblem(401, "unauthenticated");
    }
    anybody.get("/console/api").expectProblem(401, "unauthenticated");
    anybody.post("/console/index.html").expectProblem(401, "unauthenticated");
    assertThat(anybody.get("/console/%61pi/overview").status()).isIn(400, 401);
    assertThat(anybody.get("/console/x/../api/overview").status()).isIn(400, 401);
    operator().get("/console/api/none").expectProblem(404, "not_found");
    operator().post("/console/api/session").expect(405);
    assertThat(read("session").path("node").asText()).isEqualTo("panel");
  }

  @Test
  void leadsBrowsersFromTheRootToTheConsole() {
    var redirected = chat.admin().with("Accept", "text/html,*/*;q=0.8").get("/");
    assertThat(redirected.status()).isBetween(301, 308);
    assertThat(redirected.header("Location")).endsWith("/console/");
    assertThat(operator().get("/").status()).isBetween(301, 308);
    chat.admin().get("/").expectProblem(401, "unauthenticated");
    assertThat(chat.admin().get("/console").header("Location")).endsWith("/console/");
  }

  @Test
  void loadsOnlyItsOwnFiles() {
    var page = chat.admin().get("/console/").expect(200);
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
        .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe")
        .doesNotContain("*");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(page.body())
        .doesNotContain("http://", "https://", "<style", " style=")
        .doesNotContainPattern("<script(?![^>]* src=)")
        .doesNotContainPattern(" on[a-z]+=");
    assertThat(operator().get("/console/api/session").header("Cache-Control"))
        .isEqualTo("no-store");
  }

  @Test
  void showsNodesWithTheirTotals() {
    var tenant = addTenant("Counted");
    var member = chat.asMember(TenantId.fromString(tenant));
    double before = node("panel").at("/report/totals/stored").asDouble();
    for (int n = 0; n < 3; n++) {
      member.post("/messages", Map.of("content", Map.of("n", n))).expect(202);
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var node = node("panel");
              assertThat(node.path("state").asText()).isEqualTo("consuming");
              assertThat(node.at("/report/version").asText()).isNotEmpty();
              assertThat(node.at("/report/totals/stored").asDouble())
                  .isGreaterThanOrEqualTo(before + 3);
              assertThat(node.at("/report/totals/accepted").asDouble()).isGreaterThanOrEqualTo(3);
              assertThat(node.at("/report/totals/deliveries/+Inf").asDouble())
                  .isGreaterThanOrEqualTo(3);
              assertThat(node.at("/report/consumers/running").asInt()).isPositive();
              assertThat(node.path("silent_for").asDouble()).isBetween(-1.0, 5.0);
              var overview = read("overview");
              assertThat(overview.path("tenants").asInt()).isPositive();
              assertThat(overview.at("/queues/known").asInt()).isPositive();
            });
  }

  private static JsonNode node(String name) {
    for (var node : read("nodes")) {
      if (node.path("node_id").asText().equals(name)) {
        return node;
      }
    }
    throw new AssertionError("no node " + name);
  }

  @Test
  void searchesSortsAndPagesTenants() throws Exception {
    var mark = UUID.randomUUID().toString();
    var a = addTenant("A " + mark);
    var b = addTenant("B " + mark);
    var c = addTenant("C " + mark);
    broker.put(Broker.queue(b), "no json");
    await("a dead letter").atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(b)) == 1);
    operator().post("/tasks/kill-consumers?tenant=" + c).expect(200);
    broker.put(Broker.queue(c), "{}");

    await("the list, which may be 2 s old")
        .atMost(PATIENCE)
        .until(() -> read("tenants?q=" + mark).path("found").asInt() == 3);
    assertThat(ids("q=" + mark)).containsExactly(a, b, c);
    assertThat(ids("q=" + mark.toUpperCase(Locale.ROOT) + "&order=desc")).containsExactly(c, b, a);
    assertThat(ids("q=" + mark + "&offset=1&limit=1")).containsExactly(b);
    assertThat(ids("q=" + b.substring(10))).containsExactly(b);
    assertThat(ids("q=nobody-has-this-name")).isEmpty();
    await("reports and depths that are read again")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(ids("q=" + mark + "&sort=dead_letters&order=desc")).startsWith(b);
              assertThat(ids("q=" + mark + "&sort=queue_depth&order=desc")).startsWith(c);
              assertThat(ids("q=" + mark + "&sort=state&order=desc")).startsWith(c);
              var page = read("tenants?q=" + mark);
              assertThat(page.path("all").asInt()).isGreaterThanOrEqualTo(3);
              assertThat(page.path("silent")).isEmpty();
              assertThat(page.at("/data/1/dead_letters").asInt()).isEqualTo(1);
              assertThat(page.at("/data/2/queue_depth").asInt()).isEqualTo(1);
              assertThat(page.at("/data/2/wanted").asText()).isEqualTo("stopped");
              assertThat(page.at("/data/2/state").asText()).isEqualTo("stopped");
              assertThat(page.at("/data/0/nodes/0/node").asText()).isEqualTo("panel");
            });
  }

  private static List<String> ids(String query) {
    return read("tenants?" + query).path("data").findValuesAsText("tenant_id");
  }

  @Test
  void showsATenantAndItsDeadLettersWithoutBodies() throws Exception {
    var tenant = addTenant("Seen");
    var member = chat.asMember(TenantId.fromString(tenant));
    member.post("/messages", Map.of("content", Map.of("n", 1))).expect(202);
    broker.put(Broker.queue(tenant), "a secret that is no json");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    await().atMost(PATIENCE).until(() -> read("tenants/" + tenant).path("head").asLong() == 1);

    var view = read("tenants/" + tenant).path("tenant");
    assertThat(view.path("tenant_name").asText()).isEqualTo("Seen");
    assertThat(view.path("state").asText()).isEqualTo("running");
    assertThat(view.path("dead_letters").asInt()).isEqualTo(1);
    var letters = read("tenants/" + tenant + "/dead-letters");
    assertThat(letters.path("all").asInt()).isEqualTo(1);
    assertThat(letters.toString()).doesNotContain("secret");
    var letter = letters.at("/data/0");
    assertThat(letter.path("attempts").asInt()).isEqualTo(1);
    assertThat(letter.path("error_class").asText()).contains("InvalidContent");
    assertThat(letter.path("node").asText()).isEqualTo("panel");
    assertThat(letter.path("first_failed_at").asText()).endsWith("Z");
  }

  @Test
  void showsReceiptsOfNodes() {
    var tenant = addTenant("Switched");
    long before = read("receipts").path("newest").asLong();
    operator().post("/tasks/kill-consumers?reason=a+test&tenant=" + tenant).expect(200);

    var commands = read("receipts?after=" + before).path("commands");
    var own =
        commands.findParents("task").stream()
            .filter(command -> command.path("tenants").toString().contains(tenant))
            .toList();
    assertThat(own).hasSize(1);
    assertThat(own.get(0).path("task").asText()).isEqualTo("kill-consumers");
    var receipt = own.get(0).path("nodes").findParents("node").get(0);
    assertThat(receipt.path("succeeded").asBoolean()).isTrue();
    assertThat(receipt.path("report").asText()).contains("0 running here");

    var audit = read("audit?limit=10");
    assertThat(audit.path("data").findValuesAsText("reason")).contains("a test");
    var older = read("audit?limit=1&before=" + audit.at("/data/0/audit_id").asLong());
    assertThat(older.at("/data/0/audit_id")).isEqualTo(audit.at("/data/1/audit_id"));
    assertThat(read("health").findValuesAsText("name"))
        .contains("postgresql", "rabbitmq", "redis", "consumers", "deadlocks");
  }

  @ParameterizedTest
  @CsvSource({
    "tenants?sort=secret, 400, invalid_parameter",
    "tenants?limit=0, 400, invalid_parameter",
    "tenants?limit=101, 400, invalid_parameter",
    "tenants?offset=-1, 400, invalid_parameter",
    "audit?before=x, 400, invalid_parameter",
    "receipts?after=-2, 400, invalid_parameter",
    "tenants/x, 400, invalid_parameter",
    "tenants/00000000-0000-0000-0000-000000000001, 404, tenant_not_found",
    "tenants/00000000-0000-0000-0000-000000000001/dead-letters, 404, tenant_not_found",
    "tenants/00000000-0000-0000-0000-000000000001/messages, 404, not_found"
  })
  void refusesInvalidRequests(String path, int status, String code) {
    operator().get("/console/api/" + path).expectProblem(status, code);
  }

  @Test
  void refusesTasksOfBrowsersIfItIsReadOnly() {
    try (var readOnly =
        ChatService.on(Backends.shared()).environment("CONSOLE_READ_ONLY", "true").start()) {
      var admin = readOnly.admin();
      assertThat(admin.get("/console/api/session").text("/read_only")).isEqualTo("true");
      var origin = "http://" + readOnly.adminUri().getAuthority();
      admin
          .with("Origin", origin)
          .post("/tasks/gc?reason=read-only")
          .expectProblem(403, "console_read_only");
      admin
          .with("Sec-Fetch-Site", "same-origin")
          .post("/tasks/gc?reason=read-only")
          .expectProblem(403, "console_read_only");
      admin.post("/tasks/gc").expect(200);
      admin.with("Origin", origin).get("/console/api/overview").expect(200);
      assertThat(admin.get("/console/api/audit").body()).doesNotContain("read-only");
    }
    operator()
        .with("Origin", "http://" + chat.adminUri().getAuthority())
        .post("/tasks/gc")
        .expect(200);
  }
}
