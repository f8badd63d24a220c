package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.PgBouncer;
import dev.chatmultischema.support.ChatService;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The service behind PgBouncer. */
class PgBouncerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int POSTS = 60;

  private final String url = Backends.shared().newDatabase();

  @Test
  void worksInSessionMode() {
    try (var pool = PgBouncer.start(url, "session");
        var chat = on(pool.url()).start()) {
      useEverything(chat);
      assertThat(database(chat)).doesNotContain("pooled");
    }
  }

  @Test
  void worksInTransactionModeWithoutPreparedStatementsWithAWarning() {
    try (var pool = PgBouncer.start(url, "transaction");
        var chat = on(pool.url() + "?prepareThreshold=0").start()) {
      await().atMost(PATIENCE).until(() -> database(chat).contains("transactions are pooled"));
      useEverything(chat);
    }
  }

  @Test
  void isNotReadyInTransactionModeWithPreparedStatements() {
    try (var pool = PgBouncer.start(url, "transaction")) {
      ChatService.migrate(pool.url());
      try (var chat = on(pool.url()).startAnyway()) {
        await().atMost(PATIENCE).until(() -> database(chat).contains("add prepareThreshold=0"));
        await()
            .atMost(PATIENCE)
            .until(() -> chat.admin().get("/health-check?type=ready").status() == 503);
      }
    }
  }

  private static ChatService.Setup on(String databaseUrl) {
    return ChatService.on(Backends.shared()).environment("DATABASE_URL", databaseUrl);
  }

  private static String database(ChatService chat) {
    return chat.admin().get("/healthcheck").json().at("/postgresql").toString();
  }

  private static void useEverything(ChatService chat) {
    var admin = chat.asAdmin();
    var tenant =
        admin.post("/tenants", Map.of("tenant_name", "Pooled")).expect(201).text("/tenant_id");
    var client = admin.tenant(tenant);
    for (int i = 0; i < POSTS; i++) {
      client.post("/messages", Map.of("content", Map.of("n", i))).expect(202);
      client.get("/messages?limit=1").expect(200);
    }
    await().atMost(PATIENCE).until(() -> client.messages().size() == POSTS);
    chat.admin().post("/tasks/list-dead-letters?tenant=" + tenant).expect(200);
    chat.admin().post("/tasks/replay-dead-letters?tenant=" + tenant).expect(200);
    admin.delete("/tenants/" + tenant).expect(204);
    chat.awaitReady();
  }
}
