package dev.chatmultischema.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates, reads, changes and deletes users, by the rights of callers. */
@ChatTest
@Tag("once")
class UsersIT {

  @Started private static ChatService chat;
  private static ChatClient admin;

  private User owning;
  private ChatClient owner;
  private TenantId tenant;
  private User member;

  @BeforeAll
  static void start() {
    admin = chat.asAdmin();
  }

  @BeforeEach
  void populate() {
    owning = chat.addUser(Role.USER, null);
    owner = chat.as(chat.login(owning));
    tenant = create(owner);
    member = chat.addUser(Role.USER, tenant);
  }

  @Test
  void addsAUserWhoCanLogIn() {
    var body = newUser("role", "user", "tenant_id", tenant.toString());
    var created = admin.post("/users", body).expect(201);
    var json = created.json();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "user_id", "name", "email", "role", "tenant_id", "disabled", "created_at");
    assertThat(json.get("role").asText()).isEqualTo("user");
    assertThat(json.get("tenant_id").asText()).isEqualTo(tenant.toString());
    assertThat(json.get("disabled").asBoolean()).isFalse();
    assertThat(created.header("Location")).isEqualTo("/users/" + json.get("user_id").asText());
    var session = login(body.get("email"), body.get("password")).expect(200);
    assertThat(session.text("/user/user_id")).isEqualTo(json.get("user_id").asText());
    var me = chat.as(session.text("/token")).get("/users/me").expect(200);
    assertThat(me.json()).isEqualTo(json);
    assertThat(me.body()).doesNotContain("password").doesNotContain("$2");
  }

  @Test
  void hasRoleUserByDefault() {
    assertThat(admin.post("/users", newUser()).expect(201).text("/role")).isEqualTo("user");
    assertThat(admin.post("/users", newUser("role", "admin")).expect(201).text("/role"))
        .isEqualTo("admin");
    admin.post("/users", newUser("role", "root")).expectProblem(422, "validation_failed");
  }

  @ParameterizedTest
  @CsvSource({
    "name,''",
    "name,' '",
    "email,nobody",
    "email,a@b@c",
    "email,'a b@c.de'",
    "email,@c.de",
    "password,short",
    "password,0123456789012345678901234567890123456789012345678901234567890123456789012"
  })
  void refusesInvalidFields(String field, String value) {
    var refused = admin.post("/users", newUser(field, value));
    refused.expectProblem(422, "validation_failed");
    assertThat(refused.text("/errors/0/field")).isEqualTo(field);
    var body = newUser();
    body.remove(field);
    admin.post("/users", body).expectProblem(422, "validation_failed");
    assertThat(admin.patch("/users/" + member.userId(), Map.of(field, value)).status())
        .isEqualTo(422);
  }

  @Test
  void refusesAnUnknownTenant() {
    var refused = admin.post("/users", newUser("tenant_id", UUID.randomUUID().toString()));
    refused.expectProblem(422, "validation_failed");
    assertThat(refused.text("/errors/0/field")).isEqualTo("tenant_id");
    admin
        .patch("/users/" + member.userId(), Map.of("tenant_id", UUID.randomUUID()))
        .expectProblem(422, "validation_failed");
  }

  @Test
  void keepsAddressesUniqueInAnyForm() throws Exception {
    var body = newUser();
    admin.post("/users", body).expect(201);
    body.put("email", body.get("email").toUpperCase(Locale.ROOT));
    admin.post("/users", body).expectProblem(409, "email_taken");
    admin
        .patch("/users/" + member.userId(), Map.of("email", body.get("email")))
        .expectProblem(409, "email_taken");

    var raced = newUser();
    var threads = Executors.newFixedThreadPool(4);
    try {
      var calls =
          IntStream.range(0, 4)
              .<Callable<Answer>>mapToObj(i -> () -> admin.post("/users", raced))
              .toList();
      var statuses = new ArrayList<Integer>();
      for (var answer : threads.invokeAll(calls)) {
        statuses.add(answer.get().status());
      }
      assertThat(statuses).containsExactlyInAnyOrder(201, 409, 409, 409);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void patchesOnlyTheGivenFields() {
    var before = admin.get("/users/" + member.userId()).json();
    var renamed = admin.patch("/users/" + member.userId(), Map.of("name", "Renamed"));
    assertThat(renamed.expect(200).text("/name")).isEqualTo("Renamed");
    assertThat(renamed.text("/email")).isEqualTo(before.get("email").asText());
    assertThat(renamed.text("/tenant_id")).isEqualTo(tenant.toString());
    assertThat(admin.patch("/users/" + member.userId(), "{}").expect(200).json())
        .isEqualTo(renamed.json());
    var left = admin.patch("/users/" + member.userId(), "{\"tenant_id\":null}").expect(200);
    assertThat(left.json().get("tenant_id").isNull()).isTrue();
    var merged =
        admin
            .with("Content-Type", "application/merge-patch+json")
            .patch("/users/" + member.userId(), Map.of("tenant_id", tenant));
    assertThat(merged.expect(200).text("/tenant_id")).isEqualTo(tenant.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "email", "password", "role", "disabled"})
  void refusesNullForRequiredFields(String field) {
    var refused = admin.patch("/users/" + member.userId(), "{\"" + field + "\":null}");
    refused.expectProblem(422, "validation_failed");
    assertThat(refused.text("/errors/0/field")).isEqualTo(field);
  }

  @Test
  void changesAPassword() {
    var path = "/users/" + member.userId();
    admin.patch(path, Map.of("password", "quite another one")).expect(200);
    login(member.email(), ChatService.PASSWORD).expectProblem(401, "invalid_credentials");
    login(member.email(), "quite another one").expect(200);
  }

  @Test
  void refusesDisabledUsersOnAllNodesWithinTenSeconds() {
    try (var other = ChatService.on(Backends.shared()).start()) {
      var tokens = new ArrayList<ChatClient>();
      var deleted = chat.addUser(Role.USER, tenant);
      for (var user : List.of(member, deleted)) {
        var client = chat.as(chat.login(user));
        tokens.addAll(List.of(client, client.at(other)));
      }
      tokens.forEach(client -> client.get("/users/me").expect(200));
      admin.patch("/users/" + member.userId(), Map.of("disabled", true)).expect(200);
      admin.delete("/users/" + deleted.userId()).expect(204);
      tokens.get(0).get("/users/me").expectProblem(401, "unauthenticated");
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  tokens.forEach(
                      client -> client.get("/users/me").expectProblem(401, "unauthenticated")));
      login(member.email(), ChatService.PASSWORD).expectProblem(401, "invalid_credentials");

      admin.patch("/users/" + member.userId(), Map.of("disabled", false)).expect(200);
      tokens.get(0).get("/users/me").expectProblem(401, "unauthenticated");
      chat.as(chat.login(member)).at(other).get("/users/me").expect(200);
    }
  }

  @Test
  void letsOwnersManageTheirMembers() {
    var body = newUser("tenant_id", tenant.toString());
    var id = owner.post("/users", body).expect(201).text("/user_id");
    owner.get("/users/" + id).expect(200);
    owner.patch("/users/" + id, Map.of("name", "New", "disabled", true)).expect(200);
    var listed = owner.get("/users").expect(200).json().get("data");
    assertThat(listed).hasSize(2);
    assertThat(listed.findValuesAsText("tenant_id")).containsOnly(tenant.toString());
    owner.delete("/users/" + id).expect(204);
    owner.get("/users/" + id).expectProblem(403, "user_forbidden");
    admin.get("/users/" + id).expectProblem(404, "user_not_found");
    owner.patch("/users/" + member.userId(), "{\"tenant_id\":null}").expect(200);
    owner.get("/users/" + member.userId()).expectProblem(403, "user_forbidden");
  }

  @Test
  void limitsOwnersToTheirTenants() {
    var foreign = create(chat.asUser());
    var outsider = chat.addUser(Role.USER, foreign);
    owner.post("/users", newUser()).expectProblem(403, "user_forbidden");
    owner
        .post("/users", newUser("tenant_id", foreign.toString()))
        .expectProblem(403, "tenant_forbidden");
    owner
        .post("/users", newUser("tenant_id", UUID.randomUUID().toString()))
        .expectProblem(403, "tenant_forbidden");
    owner
        .post("/users", newUser("tenant_id", tenant.toString(), "role", "admin"))
        .expectProblem(403, "user_forbidden");
    owner
        .patch("/users/" + member.userId(), Map.of("role", "admin"))
        .expectProblem(403, "user_forbidden");
    owner
        .patch("/users/" + member.userId(), Map.of("tenant_id", foreign))
        .expectProblem(403, "tenant_forbidden");
    for (var id : List.of(outsider.userId(), UUID.randomUUID())) {
      owner.get("/users/" + id).expectProblem(403, "user_forbidden");
      owner.patch("/users/" + id, Map.of("name", "Mine")).expectProblem(403, "user_forbidden");
      owner.patch("/users/" + id, Map.of("tenant_id", tenant)).expectProblem(403, "user_forbidden");
      owner.delete("/users/" + id).expectProblem(403, "user_forbidden");
    }
    assertThat(admin.get("/users/" + outsider.userId()).text("/tenant_id"))
        .isEqualTo(foreign.toString());
  }

  @Test
  void protectsMembersWithMoreRightsFromOwners() {
    var adminMember = chat.addUser(Role.ADMIN, tenant);
    var owningMember = chat.addUser(Role.USER, tenant);
    create(chat.as(chat.login(owningMember)));
    for (var user : List.of(adminMember, owningMember)) {
      var path = "/users/" + user.userId();
      owner.get(path).expect(200);
      owner.patch(path, Map.of("password", "known to me")).expectProblem(403, "user_forbidden");
      owner.patch(path, Map.of("email", "me@example.com")).expectProblem(403, "user_forbidden");
      owner.patch(path, Map.of("name", "Mine")).expectProblem(403, "user_forbidden");
      owner.patch(path, Map.of("disabled", true)).expectProblem(403, "user_forbidden");
      owner.delete(path).expectProblem(403, "user_forbidden");
      login(user.email(), ChatService.PASSWORD).expect(200);
      owner.patch(path, "{\"tenant_id\":null}").expect(200);
    }
  }

  @Test
  void letsUsersChangeTheirOwnAccount() {
    var client = chat.as(chat.login(member));
    var path = "/users/" + member.userId();
    client.get(path).expect(200);
    var email = UUID.randomUUID() + "@example.com";
    var own =
        Map.of(
            "name",
            "Me",
            "email",
            email,
            "password",
            "my own choice",
            "current_password",
            ChatService.PASSWORD);
    client.patch(path, own).expect(200);
    client.get("/users/me").expectProblem(401, "unauthenticated");
    client = chat.as(login(email, "my own choice").expect(200).text("/token"));
    assertThat(client.get("/users/me").text("/name")).isEqualTo("Me");
    for (var change :
        List.of(
            Map.of("role", "admin"),
            Map.of("disabled", true),
            Map.of("tenant_id", create(admin).toString()))) {
      assertThat(client.patch(path, change).status()).isEqualTo(403);
    }
    client.patch(path, "{\"tenant_id\":null}").expectProblem(403, "user_forbidden");
    client.delete(path).expectProblem(403, "user_forbidden");
    client.patch(path, Map.of("role", "user", "disabled", false)).expect(200);
    client.get("/users/" + owning.userId()).expectProblem(403, "user_forbidden");
    assertThat(client.get("/users").expect(200).json().get("data")).isEmpty();
    client.post("/users", newUser("tenant_id", tenant.toString())).expect(403);
  }

  @Test
  void keepsUsersWhoOwnTenants() {
    var path = "/users/" + owning.userId();
    admin.delete(path).expectProblem(409, "user_owns_tenants");
    owner.get("/users/me").expect(200);
    owner.delete("/tenants/" + tenant).expect(204);
    admin.delete(path).expect(204);
    admin.delete(path).expectProblem(404, "user_not_found");
  }

  @Test
  void keepsTheLastAdmin() {
    var url = Backends.shared().newDatabase();
    try (var other = ChatService.on(Backends.shared()).environment("DATABASE_URL", url).start()) {
      var first = other.addUser(Role.ADMIN, null);
      var second = other.addUser(Role.ADMIN, null);
      var client = other.as(other.login(first));
      client.patch("/users/" + second.userId(), Map.of("disabled", true)).expect(200);
      var path = "/users/" + first.userId();
      client.delete(path).expectProblem(409, "last_admin");
      client.patch(path, Map.of("role", "user")).expectProblem(409, "last_admin");
      client.patch(path, Map.of("disabled", true)).expectProblem(409, "last_admin");
      client.patch(path, Map.of("name", "Last")).expect(200);
      client.patch("/users/" + second.userId(), Map.of("disabled", false)).expect(200);
      client.patch(path, Map.of("role", "user")).expect(200);
      client.get("/users/" + second.userId()).expectProblem(401, "unauthenticated");
      var demoted = other.as(other.login(first));
      demoted.get("/users/" + second.userId()).expectProblem(403, "user_forbidden");
    }
  }

  @Test
  void keepsAnAdminWhenAllAreDemotedInParallel() throws Exception {
    var url = Backends.shared().newDatabase();
    try (var other = ChatService.on(Backends.shared()).environment("DATABASE_URL", url).start()) {
      var admins = IntStream.range(0, 6).mapToObj(i -> other.addUser(Role.ADMIN, null)).toList();
      var calls = new ArrayList<Callable<Answer>>();
      for (var each : admins) {
        var client = other.as(other.login(each));
        calls.add(() -> client.patch("/users/" + each.userId(), Map.of("role", "user")));
      }
      var threads = Executors.newFixedThreadPool(calls.size());
      try {
        var statuses = new ArrayList<Integer>();
        for (var answer : threads.invokeAll(calls)) {
          statuses.add(answer.get().status());
        }
        assertThat(statuses).containsExactlyInAnyOrder(200, 200, 200, 200, 200, 409);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "not-a-uuid", "0-0-0-0-0", "0000000-00000-0000-0000-000000000000"})
  void refusesInvalidIds(String id) {
    admin.get("/users/" + id).expectProblem(400, "invalid_user");
    admin.patch("/users/" + id, Map.of("name", "x")).expectProblem(400, "invalid_user");
    admin.delete("/users/" + id).expectProblem(400, "invalid_user");
  }

  @Test
  void pagesThroughMembers() {
    var members = new ArrayList<>(List.of(member.userId().toString()));
    for (int i = 0; i < 4; i++) {
      members.add(chat.addUser(Role.USER, tenant).userId().toString());
    }
    var seen = new ArrayList<String>();
    var page = owner.get("/users?limit=2").expect(200).json();
    seen.addAll(page.get("data").findValuesAsText("user_id"));
    while (page.get("has_more").asBoolean()) {
      page = owner.get("/users?limit=2&cursor=" + page.get("next_cursor").asText()).json();
      seen.addAll(page.get("data").findValuesAsText("user_id"));
    }
    assertThat(seen).isEqualTo(members);
  }

  private static TenantId create(ChatClient client) {
    var created = client.post("/tenants", Map.of("tenant_name", "Of users")).expect(201);
    return TenantId.fromString(created.text("/tenant_id"));
  }

  private static Answer login(String email, String password) {
    return chat.anonymous()
        .post("/authentication/login", Map.of("email", email, "password", password));
  }

  private static Map<String, String> newUser(String... more) {
    var user = new HashMap<String, String>();
    user.put("name", "New");
    user.put("email", UUID.randomUUID() + "@example.com");
    user.put("password", "long enough");
    for (int i = 0; i < more.length; i += 2) {
      user.put(more[i], more[i + 1]);
    }
    return user;
  }
}
