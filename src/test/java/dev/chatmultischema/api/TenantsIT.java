package dev.chatmultischema.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates, lists, resizes and deletes tenants with their schemas, partitions and queues. */
@ChatTest
class TenantsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Started private static ChatService chat;
  @Started private static Broker broker;
  private static ChatClient admin;

  @BeforeAll
  static void start() {
    admin = chat.asAdmin();
  }

  @Test
  void createsATenantThatIsUsableAtOnce() {
    var owner = chat.addUser(Role.USER, null);
    var client = chat.as(chat.login(owner));
    var created = client.post("/tenants", Map.of("tenant_name", "Acme ☕", "workers", 5));
    var json = created.expect(201).json();

    var id = json.get("tenant_id").asText();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "tenant_id", "tenant_name", "user_id", "workers", "consumer", "created_at");
    assertThat(json.get("tenant_name").asText()).isEqualTo("Acme ☕");
    assertThat(json.get("user_id").asText()).isEqualTo(owner.userId().toString());
    assertThat(json.get("workers").asInt()).isEqualTo(5);
    assertThat(json.get("consumer").asText()).isEqualTo("running");
    assertThat(json.get("created_at").asText()).endsWith("Z");
    assertThat(created.header("Location")).isEqualTo("/tenants/" + id);
    assertThat(broker.depth(Broker.queue(id))).isZero();
    // Declared by the first dead letter.
    assertThat(broker.depth(Broker.deadLetters(id))).isEqualTo(-1);
    assertThat(hasSchema(id)).isTrue();
    assertThat(client.get("/tenants/" + id).expect(200).json()).isEqualTo(json);

    client.tenant(id).post("/messages", text("hello")).expect(202);
    awaitStored(client.tenant(id), 1);
  }

  @Test
  void hasTheConfiguredNumberOfWorkersByDefault() {
    var created = admin.post("/tenants", Map.of("tenant_name", "Default")).expect(201);
    assertThat(created.text("/workers")).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65, Integer.MAX_VALUE})
  void refusesWorkersOutOfBounds(int workers) {
    var tenant = create("Bounds");
    var body = Map.of("workers", workers);
    for (var refused :
        List.of(
            admin.post("/tenants", Map.of("tenant_name", "X", "workers", workers)),
            admin.put("/tenants/" + tenant, body),
            admin.put("/tenants/" + tenant + "/config/concurrency", body))) {
      refused.expectProblem(422, "validation_failed");
      assertThat(refused.text("/errors/0/field")).isEqualTo("workers");
    }
    assertThat(admin.get("/tenants/" + tenant).text("/workers")).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "a\\u0000b", "a\\nb", "a\\ud800b", "\\u3000", "\\u007f"})
  void refusesInvalidNames(String name) {
    var refused = admin.post("/tenants", "{\"tenant_name\":\"%s\"}".formatted(name));
    assertThat(refused.status()).as(refused.body()).isIn(400, 422);
    if (refused.status() == 422) {
      assertThat(refused.text("/errors/0/field")).isEqualTo("tenant_name");
    }
  }

  @Test
  void limitsNamesByCharacters() {
    var longest = "😀".repeat(200);
    var created = admin.post("/tenants", Map.of("tenant_name", longest)).expect(201);
    assertThat(created.text("/tenant_name")).isEqualTo(longest);
    admin
        .post("/tenants", Map.of("tenant_name", longest + "x"))
        .expectProblem(422, "validation_failed");
  }

  @Test
  void resizesUnderBothPaths() {
    var tenant = create("Resized");
    var resized = admin.put("/tenants/" + tenant, Map.of("workers", 64)).expect(200);
    assertThat(resized.text("/workers")).isEqualTo("64");
    assertThat(resized.text("/tenant_id")).isEqualTo(tenant);
    admin.put("/tenants/" + tenant + "/config/concurrency", Map.of("workers", 1)).expect(200);
    assertThat(admin.get("/tenants/" + tenant).text("/workers")).isEqualTo("1");
    admin.put("/tenants/" + tenant, "{}").expectProblem(422, "validation_failed");
    admin.put("/tenants/" + tenant, "{\"workers\":null}").expectProblem(422, "validation_failed");
    admin.put("/tenants/" + tenant, "{\"workers\":\"2\"}").expectProblem(422, "validation_failed");
    admin.put("/tenants/" + tenant, "{\"workers\":2.5}").expectProblem(422, "validation_failed");
  }

  @Test
  void deletesTheResourcesOfATenant() {
    var owner = chat.asUser();
    var id = owner.post("/tenants", Map.of("tenant_name", "Gone")).expect(201).text("/tenant_id");
    var member = chat.addUser(Role.USER, TenantId.fromString(id));
    owner.tenant(id).post("/messages", text("hello")).expect(202);
    awaitStored(owner.tenant(id), 1);

    assertThat(owner.delete("/tenants/" + id).expect(204).body()).isEmpty();

    assertThat(broker.depth(Broker.queue(id))).isEqualTo(-1);
    assertThat(broker.depth(Broker.deadLetters(id))).isEqualTo(-1);
    assertThat(hasSchema(id)).isFalse();
    owner.get("/tenants/" + id).expectProblem(403, "tenant_forbidden");
    owner.delete("/tenants/" + id).expectProblem(403, "tenant_forbidden");
    owner.tenant(id).get("/messages").expectProblem(403, "tenant_forbidden");
    owner.tenant(id).post("/messages", text("late")).expectProblem(403, "tenant_forbidden");
    admin.get("/tenants/" + id).expectProblem(404, "tenant_not_found");
    admin.delete("/tenants/" + id).expectProblem(404, "tenant_not_found");
    admin.put("/tenants/" + id, Map.of("workers", 2)).expectProblem(404, "tenant_not_found");
    assertThat(owner.get("/tenants").json().get("data")).isEmpty();
    assertThat(admin.get("/users/" + member.userId()).json().get("tenant_id").isNull()).isTrue();
    assertThat(chat.admin().get("/prometheus").expect(200).body()).doesNotContain(id);
  }

  @Test
  void hidesTheExistenceOfTenantsFromStrangers() {
    var tenant = create("Secret");
    var stranger = chat.asUser();
    for (var id : List.of(tenant, UUID.randomUUID().toString())) {
      var answers =
          List.of(
              stranger.get("/tenants/" + id),
              stranger.put("/tenants/" + id, Map.of("workers", 2)),
              stranger.put("/tenants/" + id + "/config/concurrency", Map.of("workers", 2)),
              stranger.delete("/tenants/" + id));
      answers.forEach(answer -> answer.expectProblem(403, "tenant_forbidden"));
      assertThat(answers.stream().map(Answer::body).distinct())
          .containsExactly(stranger.get("/tenants/" + UUID.randomUUID()).body());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "not-a-uuid", "0-0-0-0-0", "%C3%A9", "00000000-0000-0000-0000-00000000000g"})
  void refusesInvalidIds(String id) {
    var path = "/tenants/" + id;
    admin.get(path).expectProblem(400, "invalid_tenant");
    admin.put(path, Map.of("workers", 2)).expectProblem(400, "invalid_tenant");
    admin.delete(path).expectProblem(400, "invalid_tenant");
  }

  @Test
  void letsMembersReadButNotChange() {
    var tenant = create("Looked at");
    var member = chat.asMember(TenantId.fromString(tenant));
    assertThat(member.get("/tenants/" + tenant).expect(200).text("/tenant_id")).isEqualTo(tenant);
    assertThat(ids(member.get("/tenants").expect(200).json(), "tenant_id")).containsExactly(tenant);
    var wanted = Map.of("workers", 2);
    member.put("/tenants/" + tenant, wanted).expectProblem(403, "tenant_forbidden");
    member
        .put("/tenants/" + tenant + "/config/concurrency", wanted)
        .expectProblem(403, "tenant_forbidden");
    member.delete("/tenants/" + tenant).expectProblem(403, "tenant_forbidden");
    assertThat(admin.get("/tenants/" + tenant).text("/workers")).isEqualTo("3");
  }

  @Test
  void pagesThroughOwnAndMemberTenants() {
    var other = create("Joined");
    var user = chat.addUser(Role.USER, TenantId.fromString(other));
    var client = chat.as(chat.login(user));
    var mine = new ArrayList<>(List.of(other));
    for (int i = 0; i < 4; i++) {
      mine.add(client.post("/tenants", Map.of("tenant_name", "Mine " + i)).text("/tenant_id"));
    }

    var first = client.get("/tenants?limit=2").expect(200).json();
    var second = client.get("/tenants?limit=2&cursor=" + cursor(first)).expect(200).json();
    var third = client.get("/tenants?limit=2&cursor=" + cursor(second)).expect(200).json();

    var seen = new ArrayList<String>();
    List.of(first, second, third).forEach(page -> seen.addAll(ids(page, "tenant_id")));
    assertThat(seen).isEqualTo(mine);
    assertThat(first.get("has_more").asBoolean()).isTrue();
    assertThat(third.get("has_more").asBoolean()).isFalse();
    var end = client.get("/tenants?cursor=" + cursor(third)).expect(200).json();
    assertThat(end.get("data")).isEmpty();
    var more = client.post("/tenants", Map.of("tenant_name", "Later")).text("/tenant_id");
    var polled = client.get("/tenants?cursor=" + cursor(end)).expect(200).json();
    assertThat(ids(polled, "tenant_id")).containsExactly(more);
    assertThat(ids(admin.get("/tenants?limit=500").json(), "tenant_id")).containsAll(mine);
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=501", "limit=x", "limit=1e2", "cursor=x", "cursor=AA"})
  void refusesInvalidPageParameters(String query) {
    admin.get("/tenants?" + query).expectProblem(400, "invalid_parameter");
    admin.get("/users?" + query).expectProblem(400, "invalid_parameter");
  }

  @Test
  void createsAndDeletesInParallel() throws Exception {
    var owner = chat.asUser();
    var created =
        inParallel(
            IntStream.range(0, 90)
                .<Callable<Answer>>mapToObj(
                    i ->
                        () ->
                            Answer.repeated(
                                Duration.ofSeconds(60),
                                () -> owner.post("/tenants", Map.of("tenant_name", "Many " + i))))
                .toList());
    created.forEach(answer -> answer.expect(201));
    assertThat(owner.get("/tenants?limit=500").json().get("data")).hasSize(90);
    var deleted =
        inParallel(
            created.stream()
                .map(answer -> answer.text("/tenant_id"))
                .<Callable<Answer>>map(
                    id ->
                        () ->
                            Answer.repeated(
                                Duration.ofSeconds(60), () -> owner.delete("/tenants/" + id)))
                .toList());
    deleted.forEach(answer -> answer.expect(204));
    created.forEach(answer -> assertThat(hasSchema(answer.text("/tenant_id"))).isFalse());
  }

  @Test
  void leavesNothingOfATenantWhileTheBrokerIsDown() {
    var url = Backends.shared().newDatabase();
    ChatService.migrate(url);
    var without =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", url)
            .environment("RABBITMQ_URL", "amqp://guest:guest@localhost:1/");
    try (var lonely = without.startAnyway()) {
      var client = lonely.asAdmin();
      var refused = client.post("/tenants", Map.of("tenant_name", "Nowhere"));
      refused.expectProblem(503, "broker_unavailable");
      assertThat(refused.header("Retry-After")).isNotNull();
      assertThat(client.get("/tenants").expect(200).json().get("data")).isEmpty();
      int schemas =
          lonely
              .jdbi()
              .withHandle(
                  handle ->
                      handle
                          .createQuery(
                              "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tenant_%'")
                          .mapTo(int.class)
                          .one());
      assertThat(schemas).isZero();
    }
  }

  @Test
  void cleansUpAfterACrash() {
    var owner = chat.addUser(Role.USER, null);
    var id = create("Crashed", chat.as(chat.login(owner)));
    var reserved = TenantId.create();
    var rows = chat.jdbi().onDemand(TenantDao.class);
    // As after a crash right after the mark, and another one during a creation.
    rows.markDeleted(TenantId.fromString(id));
    rows.reserve(reserved, "Never opened", owner.userId(), 3);
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE tenants SET deleted_at = deleted_at - interval '2 minutes'"
                        + " WHERE deleted_at IS NOT NULL"));

    try (var other = ChatService.start()) {
      await()
          // A sweep that another node does meanwhile delays this by 30 s.
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                assertThat(hasSchema(id)).isFalse();
                assertThat(broker.depth(Broker.queue(id))).isEqualTo(-1);
                assertThat(hasRow(id)).isFalse();
                assertThat(hasRow(reserved.toString())).isFalse();
              });
    }
  }

  @Test
  void cannotBeOpenedAMinuteAfterItsReservation() {
    var owner = chat.addUser(Role.USER, null);
    var rows = chat.jdbi().onDemand(TenantDao.class);
    var fresh = TenantId.create();
    rows.reserve(fresh, "Fresh", owner.userId(), 3);
    assertThat(rows.find(fresh)).isEmpty();
    var stale = TenantId.create();
    rows.reserve(stale, "Stale", owner.userId(), 3);
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE tenants SET deleted_at = deleted_at - interval '61 seconds'"
                        + " WHERE tenant_id = ?",
                    stale.value()));
    assertThat(rows.activate(stale)).isEmpty();
    assertThat(rows.findDeleted()).contains(stale).doesNotContain(fresh);
    assertThat(rows.activate(fresh)).isPresent();
    assertThat(rows.find(fresh)).isPresent();
    rows.markDeleted(fresh);
  }

  private static String create(String name) {
    return create(name, admin);
  }

  private static String create(String name, ChatClient client) {
    return client.post("/tenants", Map.of("tenant_name", name)).expect(201).text("/tenant_id");
  }

  private static Map<String, Object> text(String text) {
    return Map.of("content", Map.of("text", text));
  }

  private static String cursor(JsonNode page) {
    return page.get("next_cursor").asText();
  }

  private static List<String> ids(JsonNode page, String field) {
    var ids = new ArrayList<String>();
    page.get("data").forEach(row -> ids.add(row.get(field).asText()));
    return ids;
  }

  private static void awaitStored(ChatClient client, int messages) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(client.get("/messages").expect(200).json().get("data"))
                    .hasSize(messages));
  }

  private static boolean hasSchema(String tenant) {
    return exists("SELECT FROM pg_namespace WHERE nspname = :value", schema(tenant));
  }

  private static String schema(String tenant) {
    return TenantId.fromString(tenant).schema();
  }

  private static boolean hasRow(String tenant) {
    return exists("SELECT FROM tenants WHERE tenant_id::text = :value", tenant);
  }

  private static boolean exists(String query, String value) {
    return chat.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT EXISTS (" + query + ")")
                    .bind("value", value)
                    .mapTo(boolean.class)
                    .one());
  }

  private static List<Answer> inParallel(List<Callable<Answer>> calls) throws Exception {
    var threads = Executors.newFixedThreadPool(calls.size());
    try {
      var answers = new ArrayList<Answer>();
      for (var answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }
}
