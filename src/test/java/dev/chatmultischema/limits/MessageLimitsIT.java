package dev.chatmultischema.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rates of messages on two nodes, and their overrides. */
@Tag("once")
class MessageLimitsIT {

  private static final Map<String, Object> MESSAGE = Map.of("content", Map.of("text", "hello"));

  private static ChatService first;
  private static ChatService second;
  private static ChatClient admin;

  @BeforeAll
  static void start() throws Exception {
    var backends = Backends.shared();
    var database = backends.newDatabase();
    first = ChatService.on(backends).environment("DATABASE_URL", database).start();
    second = ChatService.on(backends).environment("DATABASE_URL", database).start();
    admin = first.asAdmin();
    await("a heartbeat of each after the other has started")
        .until(
            () ->
                first
                    .jdbi()
                    .withHandle(
                        handle ->
                            handle
                                .createQuery(
                                    """
                                    SELECT count(*) = 2
                                    FROM nodes
                                    WHERE seen_at > (SELECT max(started_at) FROM nodes) + interval '2 s'
                                    """)
                                .mapTo(boolean.class)
                                .one()));
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
  }

  private static TenantId addTenant() {
    var created = admin.post("/tenants", Map.of("tenant_name", "A tenant")).expect(201);
    return TenantId.fromString(created.text("/tenant_id"));
  }

  private static String limits(TenantId tenant) {
    return "/tenants/" + tenant + "/limits";
  }

  private static Map<String, Object> batch(int messages) {
    return Map.of("messages", Collections.nCopies(messages, MESSAGE));
  }

  private static void assertRateLimited(Answer answer, String name, int quota) {
    answer.expectProblem(429, "rate_limited");
    assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
    assertThat(answer.header("RateLimit-Policy"))
        .isEqualTo("\"%s\";q=%d;w=1".formatted(name, quota));
    assertThat(answer.header("RateLimit")).matches("\"" + name + "\";r=\\d+;t=\\d+");
  }

  /** Posts batches of ten until one is refused, and returns the number of accepted messages. */
  private static int postUntilRefused(ChatClient client, int quota) {
    for (int accepted = 0; accepted < 100_000; accepted += 10) {
      var answer = client.post("/messages/batch", batch(10));
      if (answer.status() != 202) {
        assertRateLimited(answer, "tenant", quota);
        return accepted;
      }
    }
    throw new AssertionError("not limited");
  }

  @Test
  void appliesOverridesOnEveryNodeWithinSeconds() {
    var tenant = addTenant();
    var here = admin.tenant(tenant);
    var there = here.at(second);
    here.post("/messages/batch", batch(500)).expect(202);
    there.post("/messages/batch", batch(500)).expect(202);

    var set = admin.put(limits(tenant), Map.of("messages_per_second", 40)).expect(200);
    assertThat(set.json().get("messages_per_second").asInt()).isEqualTo(40);
    assertThat(set.json().at("/overrides").size()).isEqualTo(1);

    await("a limit on both nodes")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              there.post("/messages/batch", batch(500)).expectProblem(429, "quota_exceeded");
              here.post("/messages/batch", batch(500)).expectProblem(429, "quota_exceeded");
            });
    // Each node grants half, and what refills meanwhile.
    postUntilRefused(here, 40);
    postUntilRefused(there, 40);
    long before = System.nanoTime();
    int accepted = 0;
    for (int i = 0; i < 4; i++) {
      accepted += postUntilRefused(here, 40) + postUntilRefused(there, 40);
    }
    double seconds = (System.nanoTime() - before) / (double) TimeUnit.SECONDS.toNanos(1);
    assertThat((double) accepted).isLessThanOrEqualTo(40 * seconds + 40);

    // Another tenant is not affected.
    admin.tenant(addTenant()).post("/messages/batch", batch(500)).expect(202);

    var none = new HashMap<String, Object>();
    none.put("messages_per_second", null);
    var reset = admin.at(second).put(limits(tenant), none).expect(200);
    assertThat(reset.json().at("/overrides")).isEmpty();
    await("no limit on either node")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              here.post("/messages/batch", batch(500)).expect(202);
              there.post("/messages/batch", batch(500)).expect(202);
            });
  }

  @Test
  void setsLimitsByATaskThatIsAudited() {
    var tenant = addTenant();
    var member = first.asMember(tenant);
    member.post("/messages", MESSAGE).expect(202);
    admin.put(limits(tenant), Map.of("members", 7)).expect(200);
    var task = "/tasks/set-limits?tenant=" + tenant;
    var done = second.admin().post(task + "&user_messages_per_second=2&streams=3").expect(200);
    assertThat(done.body())
        .contains("user_messages_per_second 2\n")
        .contains("streams 3\n")
        .contains("members 7\n")
        .contains("user_tickets 1000 (default)\n");
    await("a limit of each user")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertRateLimited(member.post("/messages", MESSAGE), "user", 2));
    List<String> outcomes =
        first
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            """
                            SELECT outcome
                            FROM audit
                            WHERE task = 'set-limits'
                              AND parameters LIKE :tenant
                            """)
                        .bind("tenant", "%" + tenant + "%")
                        .mapTo(String.class)
                        .list());
    assertThat(outcomes).containsExactly("2 limits set");

    second.admin().post(task + "&user_messages_per_second=default").expect(200);
    assertThat(admin.get(limits(tenant)).expect(200).json().get("overrides").toString())
        .isEqualTo("{\"members\":7,\"streams\":3}");
    for (var wrong : new String[] {"&members=0", "&members=-1", "&members=x", "&users=1"}) {
      assertThat(second.admin().post(task + wrong).status()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  void limitsBytes() {
    var tenant = addTenant();
    admin.put(limits(tenant), Map.of("bytes_per_second", 20_000)).expect(200);
    var member = first.asMember(tenant);
    var large = Map.of("content", Map.of("text", "x".repeat(6_000)));
    await("a limit of bytes")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> {
              var refused = member.post("/messages", large).expectProblem(429, "rate_limited");
              assertThat(refused.header("RateLimit-Policy"))
                  .isEqualTo("\"tenant-bytes\";q=20000;qu=\"content-bytes\";w=1");
            });
    member
        .post("/messages", Map.of("content", Map.of("text", "x".repeat(30_000))))
        .expectProblem(429, "quota_exceeded");
  }

  @Test
  void letsOnlyAdminsSeeAndSetLimits() {
    var owner = first.asUser();
    var created = owner.post("/tenants", Map.of("tenant_name", "Theirs")).expect(201);
    var tenant = TenantId.fromString(created.text("/tenant_id"));
    var high = Map.of("messages_per_second", 1_000_000);
    for (var caller : new ChatClient[] {owner, first.asMember(tenant), first.asUser()}) {
      caller.put(limits(tenant), high).expectProblem(403, "tenant_forbidden");
      caller.get(limits(tenant)).expectProblem(403, "tenant_forbidden");
    }
    first.anonymous().put(limits(tenant), high).expectProblem(401, "unauthenticated");
    var missing = limits(TenantId.create());
    admin.put(missing, high).expectProblem(404, "tenant_not_found");
    admin.get(missing).expectProblem(404, "tenant_not_found");
    admin.get("/tenants/x/limits").expectProblem(400, "invalid_tenant");
    for (var wrong : new Object[] {0, -1, 1_000_000_001L, "many", 1.5}) {
      admin
          .put(limits(tenant), Map.of("messages_per_second", wrong))
          .expectProblem(422, "validation_failed");
    }
    assertThat(admin.get(limits(tenant)).expect(200).json().get("overrides")).isEmpty();
  }

  @Test
  void showsWhatRemainsToClientsThatComeNearALimit() {
    var tenant = addTenant();
    var client = admin.tenant(tenant);
    assertThat(client.post("/messages", MESSAGE).expect(202).header("RateLimit")).isNull();
    admin.put(limits(tenant), Map.of("user_messages_per_second", 200)).expect(200);
    await("what remains")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(client.post("/messages/batch", batch(80)).header("RateLimit"))
                    .startsWith("\"user\";r="));
    assertThat(first.admin().get("/prometheus").body())
        .contains("chat_limited_total{limit=\"tenant\",}");
  }
}
