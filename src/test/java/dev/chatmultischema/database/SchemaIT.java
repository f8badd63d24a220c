package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.support.ChatService;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Databases whose tables are not in schema {@code public}, and roles without all privileges. */
@Tag("once")
class SchemaIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String url = Backends.shared().newDatabase();

  @Test
  void servesTwoInstallationsInSchemasOfOneDatabase() {
    execute(
        "CREATE SCHEMA chat AUTHORIZATION %1$s; CREATE SCHEMA talk AUTHORIZATION %1$s"
            .formatted(DatabaseRoles.ownerRole()));

    for (var schema : new String[] {"chat", "talk"}) {
      try (var chat = start(url + "?currentSchema=" + schema)) {
        useTenant(chat);
      }
    }

    assertThat(count("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).isZero();
    assertThat(count("SELECT count(*) FROM chat.tenants WHERE deleted_at IS NULL")).isOne();
    assertThat(count("SELECT count(*) FROM talk.tenants WHERE deleted_at IS NULL")).isOne();
  }

  @Test
  void worksInTheSchemaOfARolesSearchPath() {
    var role = role();
    execute("GRANT CREATE ON DATABASE %s TO %s".formatted(database(), role));
    execute("CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(role));

    try (var chat = start(as(role))) {
      useTenant(chat);
    }

    assertThat(count("SELECT count(*) FROM %s.tenants WHERE deleted_at IS NULL".formatted(role)))
        .isOne();
  }

  /** One role did everything; now it is the owner of what a new role uses. */
  @Test
  void separatesTheRolesOfAnExistingDatabase() {
    var owner = role();
    var service = role();
    execute("GRANT CREATE ON DATABASE %s TO %s".formatted(database(), owner));
    execute("CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(owner));
    String tenant;
    try (var chat = start(as(owner))) {
      tenant = useTenant(chat);
      assertThat(databaseCheck(chat)).contains("owns the tables", "DATABASE_OWNER_URL");
    }
    execute("ALTER ROLE %s SET search_path = %s".formatted(service, owner));

    var separated =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", as(service))
            .environment("DATABASE_OWNER_URL", as(owner));
    try (var chat = separated.start()) {
      assertThat(chat.asAdmin().tenant(tenant).messages()).hasSize(1);
      useTenant(chat);
      assertThat(databaseCheck(chat)).doesNotContain("row-level security");
    }
  }

  private static String databaseCheck(ChatService chat) {
    return chat.admin().get("/healthcheck").json().path("postgresql").toString();
  }

  @Test
  void isNotReadyIfTheRoleMayNotCreateSchemas() {
    var role = role();
    execute("CREATE SCHEMA %1$s AUTHORIZATION %1$s".formatted(role));
    ChatService.migrate(as(role));

    try (var chat =
        ChatService.on(Backends.shared()).environment("DATABASE_URL", as(role)).startAnyway()) {
      awaitUnready(chat, "GRANT CREATE ON DATABASE");
      execute("GRANT CREATE ON DATABASE %s TO %s".formatted(database(), role));
      chat.awaitReady();
    }
  }

  @Test
  void isNotReadyIfTheDatabaseIsReadOnly() {
    ChatService.migrate(url);
    execute("ALTER DATABASE %s SET default_transaction_read_only = on".formatted(database()));

    try (var chat =
        ChatService.on(Backends.shared()).environment("DATABASE_URL", url).startAnyway()) {
      awaitUnready(chat, "read-only");
    }
  }

  @Test
  void isNotReadyIfTheSchemaDoesNotExist() {
    try (var chat =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", url + "?currentSchema=nowhere")
            .startAnyway()) {
      awaitUnready(chat, "no schema of the search_path (nowhere) exists");
    }
  }

  private static ChatService start(String databaseUrl) {
    return ChatService.on(Backends.shared()).environment("DATABASE_URL", databaseUrl).start();
  }

  /** Uses all tables of tenants; returns a tenant with one message. */
  private static String useTenant(ChatService chat) {
    var admin = chat.asAdmin();
    var gone = admin.post("/tenants", Map.of("tenant_name", "Gone")).expect(201);
    var kept = admin.post("/tenants", Map.of("tenant_name", "Kept")).expect(201);
    var client = admin.tenant(kept.text("/tenant_id"));
    client.post("/messages", Map.of("content", Map.of("text", "hello"))).expect(202);
    await().atMost(PATIENCE).until(() -> client.messages().size() == 1);
    admin.delete("/tenants/" + gone.text("/tenant_id")).expect(204);
    return kept.text("/tenant_id");
  }

  private static void awaitUnready(ChatService chat, String reason) {
    await().atMost(PATIENCE).until(() -> chat.admin().get("/healthcheck").body().contains(reason));
    assertThat(chat.admin().get("/health-check?type=ready").status()).isEqualTo(503);
  }

  /** Creates a role that may only connect. */
  private String role() {
    var role = "chat_" + UUID.randomUUID().toString().replace("-", "");
    execute("CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(role));
    return role;
  }

  private String as(String role) {
    return url.replace(URI.create(url).getRawUserInfo(), role + ":secret");
  }

  private String database() {
    return URI.create(url).getPath().substring(1);
  }

  private void execute(String sql) {
    ChatService.jdbi(url).useHandle(handle -> handle.createScript(sql).execute());
  }

  private long count(String sql) {
    return ChatService.jdbi(url)
        .withHandle(handle -> handle.createQuery(sql).mapTo(long.class).one());
  }
}
