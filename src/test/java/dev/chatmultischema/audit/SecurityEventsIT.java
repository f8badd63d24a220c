package dev.chatmultischema.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.TokenIssuer;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Security events in the audit, and the list of it. */
@Tag("once")
@ChatTest(newDatabase = true, environment = "NODE_ID=one")
class SecurityEventsIT {

  @Started private static ChatService chat;

  @Test
  void recordsFailedLoginsWithoutTheEmail() {
    var user = chat.addUser(Role.USER, null);
    fail(user.email());
    var row = await().until(() -> events("login_failed", user), rows -> rows.size() == 1).get(0);
    for (int i = 0; i < 3; i++) {
      fail(user.email());
    }
    fail("my password " + UUID.randomUUID());

    assertThat(row.get("outcome").asText()).isEqualTo("wrong password");
    assertThat(row.get("address").asText()).isEqualTo("127.0.0.1");
    assertThat(row.get("node_id").asText()).isEqualTo("one");
    assertThat(row.get("occurrences").asLong()).isEqualTo(1);
    var unknown =
        await()
            .until(
                () ->
                    all().stream()
                        .filter(entry -> entry.get("outcome").asText().startsWith("unknown"))
                        .toList(),
                rows -> !rows.isEmpty())
            .get(0);
    assertThat(unknown.get("event").asText()).isEqualTo("login_failed");
    assertThat(unknown.get("user_id").isNull()).isTrue();
    assertThat(all().toString()).doesNotContain(user.email()).doesNotContain("my password");
    chat.login(user);
  }

  @Test
  void recordsFailuresBeforeTheNodeEnds() {
    var user = chat.addUser(Role.USER, null);
    try (var other = ChatService.on(Backends.shared()).environment("DATABASE_URL", url()).start()) {
      for (int i = 0; i < 3; i++) {
        other
            .anonymous()
            .post("/authentication/login", Map.of("email", user.email(), "password", "wrong"))
            .expectProblem(401, "invalid_credentials");
      }
    }
    assertThat(events("login_failed", user))
        .extracting(row -> row.get("occurrences").asLong())
        .satisfies(counts -> assertThat(counts.stream().mapToLong(n -> n).sum()).isEqualTo(3));
  }

  @Test
  void recordsChangesOfUsersAndTenants() {
    var admin = chat.addUser(Role.ADMIN, null);
    var token = chat.login(admin);
    var client = chat.as(token);
    var tenant = chat.addTenant(token);
    var user = chat.addUser(Role.USER, tenant);
    client
        .patch("/users/" + user.userId(), Map.of("role", "admin", "password", "a new secret"))
        .expect(200);
    client.patch("/users/" + user.userId(), Map.of("role", "admin")).expect(200);
    client.delete("/tenants/" + tenant).expect(204);
    client.delete("/users/" + user.userId()).expect(204);

    var changed = events("user_changed", user);
    assertThat(changed).hasSize(1);
    assertThat(changed.get(0).get("outcome").asText())
        .isEqualTo("role user to admin, new password");
    assertThat(changed.get(0).get("actor_id").asText()).isEqualTo(admin.userId().toString());
    assertThat(changed.get(0).get("tenant_id").asText()).isEqualTo(tenant.toString());
    assertThat(events("user_deleted", user)).hasSize(1);
    assertThat(all())
        .anyMatch(
            row ->
                row.get("event").asText().equals("tenant_deleted")
                    && row.get("tenant_id").asText().equals(tenant.toString())
                    && row.get("address").asText().equals("127.0.0.1"));
  }

  @Test
  void recordsChangesOfIdentitiesAndLimits() {
    var admin = chat.addUser(Role.ADMIN, null);
    var token = chat.login(admin);
    var client = chat.as(token);
    var tenant = chat.addTenant(token);
    var identity = "/tenants/" + tenant + "/identity";
    var issuer = TokenIssuer.rsa("https://issuer.example.com/" + tenant, "k1");
    client
        .put(identity, Map.of("issuer", issuer.issuer(), "keys", List.of(issuer.jwk())))
        .expect(200);
    client.put("/tenants/" + tenant + "/limits", Map.of("members", 3)).expect(200);
    client.delete(identity).expect(204);

    for (var type : List.of("identity_changed", "limits_changed", "identity_deleted")) {
      assertThat(all())
          .as(type)
          .filteredOn(row -> row.get("event").asText().equals(type))
          .filteredOn(row -> row.get("tenant_id").asText().equals(tenant.toString()))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.get("actor_id").asText()).isEqualTo(admin.userId().toString());
                assertThat(row.get("address").asText()).isEqualTo("127.0.0.1");
              });
    }
  }

  @Test
  void recordsLimitedLogins() {
    var user = chat.addUser(Role.USER, null);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                chat.anonymous()
                    .post(
                        "/authentication/login", Map.of("email", user.email(), "password", "wrong"))
                    .status(),
            status -> status == 429);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(all())
                    .filteredOn(row -> row.get("event").asText().equals("login_limited"))
                    .isNotEmpty());
    assertThat(all().toString()).doesNotContain(user.email());
  }

  @Test
  void listsTasksAndEventsOnceTheNewestFirst() {
    for (int i = 0; i < 3; i++) {
      chat.admin().post("/tasks/list-consumers?reason=page" + i).expect(200);
    }
    var rows = all();
    var ids = rows.stream().map(row -> row.get("audit_id").asLong()).toList();

    assertThat(ids).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(rows)
        .extracting(row -> row.get("reason").asText())
        .containsSubsequence("page2", "page1", "page0");
    var stranger = chat.asUser();
    stranger.get("/audit").expectProblem(403, "forbidden");
    chat.asAdmin().get("/audit?cursor=x").expectProblem(400, "invalid_parameter");
    chat.asAdmin().get("/audit?limit=501").expectProblem(400, "invalid_parameter");
  }

  @Test
  void refusesAChangeOfAUserThatCannotBeRecorded() {
    var user = chat.addUser(Role.USER, null);
    var client = chat.asAdmin();
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "ALTER TABLE audit ADD CONSTRAINT never CHECK (event IS NULL) NOT VALID"));
    try {
      client
          .patch("/users/" + user.userId(), Map.of("name", "Never"))
          .expectProblem(500, "internal_error");
      // A login needs no row; its failure is recorded later.
      fail(user.email());
    } finally {
      chat.jdbi().useHandle(handle -> handle.execute("ALTER TABLE audit DROP CONSTRAINT never"));
    }
    assertThat(client.get("/users/" + user.userId()).expect(200).text("/name"))
        .isEqualTo(user.name());
    client.patch("/users/" + user.userId(), Map.of("name", "Now")).expect(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> events("login_failed", user), rows -> rows.size() == 1);
  }

  private static void fail(String email) {
    chat.anonymous()
        .post("/authentication/login", Map.of("email", email, "password", "wrong"))
        .expectProblem(401, "invalid_credentials");
  }

  /** Returns the URL of the database of {@link #chat}, which is a new one. */
  private static String url() {
    var database =
        chat.jdbi()
            .withHandle(
                handle ->
                    handle.createQuery("SELECT current_database()").mapTo(String.class).one());
    return URI.create(Backends.shared().databaseUrl()).resolve("/" + database).toString();
  }

  private static List<JsonNode> events(String type, User user) {
    return all().stream()
        .filter(
            row ->
                row.get("event").asText().equals(type)
                    && row.get("user_id").asText().equals(user.userId().toString()))
        .toList();
  }

  /** Returns the whole audit, page by page. */
  private static List<JsonNode> all() {
    var client = chat.asAdmin();
    var rows = new ArrayList<JsonNode>();
    var page = client.get("/audit?limit=7").expect(200);
    page.json().get("data").forEach(rows::add);
    while (page.json().get("has_more").asBoolean()) {
      page = client.get("/audit?limit=7&cursor=" + page.text("/next_cursor")).expect(200);
      page.json().get("data").forEach(rows::add);
    }
    return rows;
  }
}
