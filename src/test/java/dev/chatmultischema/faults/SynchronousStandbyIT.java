package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.PostgresServer;
import dev.chatmultischema.stream.Follower;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The synchronous standby is absent, and the primary's waits for it are cancelled: what was
 * committed on the primary only counts as not stored until the standby is back.
 */
@Tag("once")
class SynchronousStandbyIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private PostgresServer server;
  private Backends backends;
  private Jdbi superuser;
  private ChatService chat;
  private ChatClient admin;

  @BeforeEach
  void start() {
    server = PostgresServer.start();
    backends = Backends.given(Map.of("TEST_DATABASE_URL", server.url()));
    var database = backends.newDatabase();
    superuser = ChatService.jdbi(server.url());
    execute(
        "ALTER DATABASE %s SET synchronous_commit = on"
            .formatted(database.substring(database.lastIndexOf('/') + 1)));
    chat = ChatService.on(Backends.shared()).environment("DATABASE_URL", database).start();
    admin = chat.asAdmin();
  }

  @AfterEach
  void stop() {
    standby("");
    chat.close();
    backends.close();
    server.close();
  }

  private void execute(String sql) {
    superuser.useHandle(handle -> handle.execute(sql));
  }

  /** Sets the name of the synchronous standby, which does not exist. */
  private void standby(String name) {
    execute("ALTER SYSTEM SET synchronous_standby_names = '%s'".formatted(name));
    execute("SELECT pg_reload_conf()");
  }

  /** Makes commits wait for a standby that does not exist, as do the heartbeats of the node. */
  private void loseStandby() {
    standby("absent");
    awaitAndCancelWaits("%");
  }

  /** Cancels waits for the standby, as an operator does, of commits by a statement. */
  private void awaitAndCancelWaits(String statement) {
    await("waits for the standby").atMost(PATIENCE).until(() -> cancelWaits(statement) > 0);
  }

  private int cancelWaits(String statement) {
    return superuser.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(pg_cancel_backend(pid))
                    FROM pg_stat_activity
                    WHERE wait_event = 'SyncRep'
                      AND query LIKE ?
                    """)
                .bind(0, statement)
                .mapTo(int.class)
                .one());
  }

  @Test
  void doesNotAcknowledgeMessagesThatTheStandbyMayLack() throws Exception {
    var tenant =
        admin.post("/tenants", Map.of("tenant_name", "Sync")).expect(201).text("/tenant_id");
    var client = admin.tenant(tenant);
    var ledger = new Ledger(chat, tenant);
    post(client, 1);
    ledger.awaitValue("messages_stored_total", 1);
    var headers = Map.of("Authorization", "Bearer " + chat.adminToken(), "X-Tenant-ID", tenant);
    try (var follower = new Follower(List.of(chat.uri()), headers)) {
      loseStandby();
      post(client, 2);
      awaitAndCancelWaits("%UPDATE tenant_heads%");
      // Each redelivery finds the message, in a transaction that waits as well.
      awaitAndCancelWaits("COMMIT");
      awaitAndCancelWaits("COMMIT");
      assertThat(ledger.of("messages_stored_total")).isEqualTo(1);
      assertThat(ledger.of("messages_duplicate_total")).isZero();
      post(client, 3);
      standby("");
      post(client, 4);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(client.messages())
                      .extracting(message -> message.at("/content/n").asInt())
                      .containsExactlyElementsOf(IntStream.rangeClosed(1, 4).boxed().toList()));
      await().atMost(PATIENCE).untilAsserted(() -> ledger.assertBalanced(0));
      await().atMost(PATIENCE).until(() -> follower.seen() >= 4);
      assertThat(follower.seqs())
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 4).boxed().toList());
    }
  }

  @Test
  void answersOtherWritesThatTheStandbyMayLackWith503() throws Exception {
    loseStandby();
    var created =
        CompletableFuture.supplyAsync(() -> admin.post("/tenants", Map.of("tenant_name", "Sync")));
    awaitAndCancelWaits("COMMIT");
    created.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).expect(503);
    standby("");
    await()
        .atMost(PATIENCE)
        .until(() -> admin.post("/tenants", Map.of("tenant_name", "S")).status() == 201);
  }

  private static void post(ChatClient client, int n) {
    client.post("/messages", Map.of("content", Map.of("n", n))).expect(202);
  }
}
