package dev.chatmultischema.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.TokenIssuer;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits of counts: tenants of a user, members and streams of a tenant. */
@Tag("once")
class QuotasIT {

  private static final String STREAM = "/messages/stream";

  private static String database;
  private static ChatService chat;

  @BeforeAll
  static void start() throws Exception {
    database = Backends.shared().newDatabase();
    chat = node();
  }

  private static ChatService node() {
    return ChatService.on(Backends.shared())
        .environment("DATABASE_URL", database)
        .setting("limits.userTenants", "4")
        .setting("limits.members", "3")
        .setting("limits.externalMembers", "2")
        .start();
  }

  @AfterAll
  static void stop() {
    chat.close();
  }

  private static Answer create(ChatClient client) {
    return client.post("/tenants", Map.of("tenant_name", "Another"));
  }

  private static Map<String, Object> newMember(TenantId tenant) {
    return Map.of(
        "name",
        "Grace",
        "email",
        UUID.randomUUID() + "@example.com",
        "password",
        "a long enough passphrase",
        "tenant_id",
        tenant.toString());
  }

  @Test
  void limitsTheTenantsOfAUserAlsoInParallel() {
    var owner = chat.asUser();
    var statuses = IntStream.range(0, 12).parallel().mapToObj(i -> create(owner).status()).toList();
    assertThat(statuses).containsOnly(201, 429).filteredOn(status -> status == 201).hasSize(4);

    var refused = create(owner).expectProblem(429, "quota_exceeded");
    assertThat(refused.header("Retry-After")).isEqualTo("60");
    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"user-tenants\";q=4");
    // Deleting and creating in turns does not help for a minute.
    var tenant = owner.get("/tenants").expect(200).text("/data/0/tenant_id");
    owner.delete("/tenants/" + tenant).expect(204);
    create(owner).expectProblem(429, "quota_exceeded");
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE tenants SET deleted_at = deleted_at - interval '61 s' WHERE tenant_id ="
                        + " ?::uuid",
                    tenant));
    create(owner).expect(201);

    create(chat.asUser()).expect(201);
    var admin = chat.asAdmin();
    for (int i = 0; i < 6; i++) {
      create(admin).expect(201);
    }
  }

  @Test
  void limitsTheMembersOfATenant() {
    var admin = chat.asAdmin();
    var owner = chat.asUser();
    var tenant = TenantId.fromString(create(owner).expect(201).text("/tenant_id"));
    for (int i = 0; i < 3; i++) {
      owner.post("/users", newMember(tenant)).expect(201);
    }
    var refused = owner.post("/users", newMember(tenant)).expectProblem(429, "quota_exceeded");
    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"tenant-members\";q=3");
    var user = chat.addUser(Role.USER, null).userId();
    admin
        .patch("/users/" + user, Map.of("tenant_id", tenant.toString()))
        .expectProblem(429, "quota_exceeded");
    // A change that adds no member is not refused.
    var member = owner.get("/users").expect(200).text("/data/0/user_id");
    owner.patch("/users/" + member, Map.of("name", "Ada")).expect(200);

    admin.put("/tenants/" + tenant + "/limits", Map.of("members", 4)).expect(200);
    await("the override")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> owner.post("/users", newMember(tenant)).expect(201));
    owner.post("/users", newMember(tenant)).expectProblem(429, "quota_exceeded");
  }

  @Test
  void limitsTheMembersWithTokensOfTheTenantsIssuer() {
    var issuer = TokenIssuer.ec("https://login.example.com", "k", "secp256r1");
    var owner = chat.asUser();
    var tenant = create(owner).expect(201).text("/tenant_id");
    var identity = Map.of("issuer", issuer.issuer(), "keys", List.of(issuer.jwk()));
    owner.put("/tenants/" + tenant + "/identity", identity).expect(200);
    var ada = chat.as(issuer.token("ada", "Ada")).tenant(tenant);
    var bob = chat.as(issuer.token("bob", "Bob")).tenant(tenant);
    var eve = chat.as(issuer.token("eve", "Eve")).tenant(tenant);
    var message = Map.of("content", Map.of());

    ada.post("/messages", message).expect(202);
    bob.get("/messages").expect(200);
    var refused = eve.post("/messages", message).expectProblem(429, "quota_exceeded");
    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"tenant-external-members\";q=2");
    for (int i = 0; i < 20; i++) {
      chat.as(issuer.token("bot" + i, null))
          .tenant(tenant)
          .get("/messages")
          .expectProblem(429, "quota_exceeded");
    }
    var path = "/tenants/" + tenant + "/members";
    assertThat(owner.get(path).expect(200).json().get("data")).hasSize(3);
    // Known members go on, on a node that has not seen them too.
    bob.post("/messages", message).expect(202);
    try (var second = node()) {
      eve.at(second).get("/messages").expectProblem(429, "quota_exceeded");
      ada.at(second).get("/messages").expect(200);
      second
          .as(issuer.token("bob", "Robert"))
          .tenant(tenant)
          .post("/messages", message)
          .expect(202);
    }
    assertThat(owner.get(path).expect(200).body()).contains("\"Robert\"").doesNotContain("bot");

    var more = Map.of("external_members", 3);
    chat.asAdmin().put("/tenants/" + tenant + "/limits", more).expect(200);
    await("the override")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> eve.post("/messages", message).expect(202));
    chat.as(issuer.token("bot", null)).tenant(tenant).get("/messages").expect(429);
  }

  @Test
  void limitsTheStreamsOfATenant() throws Exception {
    var admin = chat.asAdmin();
    var tenant = TenantId.fromString(create(admin).expect(201).text("/tenant_id"));
    admin.put("/tenants/" + tenant + "/limits", Map.of("streams", 2)).expect(200);
    await("the override")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              var one = chat.asMember(tenant).open(STREAM);
              var two = chat.asMember(tenant).open(STREAM);
              try (var first = one.body();
                  var second = two.body()) {
                assertThat(List.of(one.statusCode(), two.statusCode())).containsOnly(200);
                assertThat(List.of(first.read(), second.read())).doesNotContain(-1);
                // A stream that is not refused would be read without an end by get().
                var three = chat.asMember(tenant).open(STREAM);
                three.body().close();
                assertThat(three.statusCode()).isEqualTo(429);
                var refused = chat.asMember(tenant).get(STREAM);
                refused.expectProblem(429, "quota_exceeded");
                assertThat(refused.header("RateLimit-Policy"))
                    .isEqualTo("\"tenant-streams\";q=2;qu=\"concurrent-requests\"");
                assertThat(refused.header("Retry-After")).isEqualTo("10");
              }
            });
  }

  @Test
  void letsOnlyAdminsCreateTenantsIfConfigured() throws Exception {
    var backends = Backends.shared();
    try (var strict =
        ChatService.on(backends)
            .environment("DATABASE_URL", backends.newDatabase())
            .environment("TENANT_CREATORS", "admin")
            .start()) {
      create(strict.asUser()).expectProblem(403, "tenant_creation_forbidden");
      create(strict.asAdmin()).expect(201);
      create(strict.asUser()).expectProblem(403, "tenant_creation_forbidden");
    }
  }

  @Test
  void readsTheFormerNamesOfLimits() throws Exception {
    var backends = Backends.shared();
    try (var old =
        ChatService.on(backends)
            .environment("DATABASE_URL", backends.newDatabase())
            .setting("stream.maxTicketsPerUser", "1")
            .start()) {
      var admin = old.asAdmin();
      var client = admin.tenant(create(admin).expect(201).text("/tenant_id"));
      assertThat(
              List.of(
                  client.post("/messages/stream/tickets").status(),
                  client.post("/messages/stream/tickets").status()))
          .containsExactly(201, 429);
    }
  }
}
