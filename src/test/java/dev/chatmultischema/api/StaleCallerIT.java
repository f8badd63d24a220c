package dev.chatmultischema.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A caller who is cached as an admin on one node after another node has demoted, disabled or
 * deleted it changes neither users nor tenants.
 */
@ChatTest
class StaleCallerIT {

  @Started private static ChatService chat;
  private static ChatService other;
  private static ChatClient admin;

  private User fallen;
  private ChatClient stale;

  @BeforeAll
  static void start() {
    other = ChatService.on(Backends.shared()).start();
    admin = chat.asAdmin();
  }

  @AfterAll
  static void stop() {
    other.close();
  }

  @BeforeEach
  void remember() {
    fallen = chat.addUser(Role.ADMIN, null);
    stale = chat.as(chat.login(fallen)).at(other);
    stale.get("/users/me").expect(200);
  }

  @Test
  void refusesThePromotionOfADemotedAdminByItself() {
    var victim = chat.addUser(Role.USER, null);
    admin.patch("/users/" + fallen.userId(), Map.of("role", "user")).expect(200);
    stale
        .patch("/users/" + fallen.userId(), Map.of("role", "admin"))
        .expectProblem(401, "unauthenticated");
    stale.post("/users", newAdmin()).expectProblem(401, "unauthenticated");
    stale.delete("/users/" + victim.userId()).expectProblem(401, "unauthenticated");
    stale
        .patch("/users/" + victim.userId(), Map.of("password", "known to me"))
        .expectProblem(401, "unauthenticated");
    assertThat(admin.get("/users/" + fallen.userId()).text("/role")).isEqualTo("user");
  }

  @Test
  void refusesChangesOfTenantsByADemotedAdmin() {
    var tenant = chat.addTenant(chat.adminToken());
    admin.patch("/users/" + fallen.userId(), Map.of("role", "user")).expect(200);
    stale.put("/tenants/" + tenant, Map.of("workers", 9)).expectProblem(401, "unauthenticated");
    stale
        .put("/tenants/" + tenant + "/config/concurrency", Map.of("workers", 9))
        .expectProblem(401, "unauthenticated");
    stale.delete("/tenants/" + tenant).expectProblem(401, "unauthenticated");
    admin.get("/tenants/" + tenant).expect(200);
  }

  @Test
  void refusesADisabledAdmin() {
    var tenant = chat.addTenant(chat.adminToken());
    admin.patch("/users/" + fallen.userId(), Map.of("disabled", true)).expect(200);
    stale
        .patch("/users/" + fallen.userId(), Map.of("disabled", false))
        .expectProblem(401, "unauthenticated");
    refusesAll(tenant);
    assertThat(admin.get("/users/" + fallen.userId()).json().get("disabled").asBoolean()).isTrue();
  }

  @Test
  void refusesADeletedAdmin() {
    var tenant = chat.addTenant(chat.adminToken());
    admin.delete("/users/" + fallen.userId()).expect(204);
    refusesAll(tenant);
  }

  private void refusesAll(TenantId tenant) {
    stale.post("/users", newAdmin()).expectProblem(401, "unauthenticated");
    stale
        .patch("/users/" + chat.addUser(Role.USER, null).userId(), Map.of("role", "admin"))
        .expectProblem(401, "unauthenticated");
    stale
        .delete("/users/" + chat.addUser(Role.USER, null).userId())
        .expectProblem(401, "unauthenticated");
    stale.post("/tenants", Map.of("tenant_name", "Mine")).expectProblem(401, "unauthenticated");
    stale.put("/tenants/" + tenant, Map.of("workers", 9)).expectProblem(401, "unauthenticated");
    stale.delete("/tenants/" + tenant).expectProblem(401, "unauthenticated");
    admin.get("/tenants/" + tenant).expect(200);
  }

  @Test
  void letsADemotedAdminManageItsOwnTenant() {
    var own =
        TenantId.fromString(
            stale.post("/tenants", Map.of("tenant_name", "Own")).expect(201).text("/tenant_id"));
    admin.patch("/users/" + fallen.userId(), Map.of("role", "user")).expect(200);
    stale.put("/tenants/" + own, Map.of("workers", 2)).expectProblem(401, "unauthenticated");
    var demoted = stale.as(chat.login(fallen));
    demoted.put("/tenants/" + own, Map.of("workers", 2)).expect(200);
    demoted.delete("/tenants/" + own).expect(204);
  }

  private static Map<String, String> newAdmin() {
    return Map.of(
        "name",
        "New",
        "email",
        UUID.randomUUID() + "@example.com",
        "password",
        "long enough",
        "role",
        "admin");
  }
}
