package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables for programs that use SQL beside the service. */
@ChatTest
class SqlIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Started private static ChatService chat;
  private static Jdbi jdbi;

  @BeforeAll
  static void start() {
    jdbi = chat.jdbi();
  }

  @Test
  void provisionsATenantInsertedWithThreeColumns() {
    var owner = chat.addUser(Role.USER, null);
    var tenant = TenantId.create();
    jdbi.useHandle(
        handle ->
            handle.execute(
                "INSERT INTO tenants (tenant_id, tenant_name, user_id) VALUES (?, 'By SQL', ?)",
                tenant.value(),
                owner.userId()));
    var client = chat.as(chat.login(owner)).tenant(tenant);
    await().atMost(PATIENCE).until(() -> client.get("/messages").status() == 200);
    client.post("/messages", text("first")).expect(202);
    await().atMost(PATIENCE).until(() -> client.head() == 1);

    var shown = client.get("/tenants/" + tenant).expect(200);
    assertThat(shown.text("/tenant_name")).isEqualTo("By SQL");
    assertThat(shown.text("/workers")).isEqualTo("3");
    assertThat(shown.text("/consumer")).isEqualTo("running");
    client.delete("/tenants/" + tenant).expect(204);
  }

  /** Messages wait until the node reads the row and creates the partition. */
  @Test
  void storesMessagesPostedBeforeProvisioning() {
    var owner = chat.addUser(Role.USER, null);
    var tenant = TenantId.create();
    var client = chat.as(chat.login(owner)).tenant(tenant);
    jdbi.useHandle(
        handle ->
            handle.execute(
                "INSERT INTO tenants (tenant_id, tenant_name, user_id) VALUES (?, 'Early', ?)",
                tenant.value(),
                owner.userId()));
    client.post("/messages", text("early")).expect(202);
    await().atMost(PATIENCE).until(() -> client.get("/messages").status() == 200);
    await().atMost(PATIENCE).until(() -> client.head() == 1);
    assertThat(client.messages().get(0).at("/content/text").asText()).isEqualTo("early");
  }

  @Test
  void queriesContentWithAnIndex() {
    var admin = chat.asAdmin();
    var tenants = List.of(addTenant(admin), addTenant(admin));
    jdbi.useHandle(
        handle -> handle.execute("CREATE INDEX messages_by_text ON messages ((payload->>'text'))"));
    try {
      var later = addTenant(admin);
      for (var tenant : List.of(tenants.get(0), tenants.get(1), later)) {
        assertQueries(admin, tenant);
        assertPlanned(tenant, "payload->>'text' = 'needle'");
      }
    } finally {
      jdbi.useHandle(handle -> handle.execute("DROP INDEX messages_by_text"));
    }
    var tenant = tenants.get(0);
    jdbi.useHandle(
        handle ->
            handle.execute(
                "CREATE INDEX ON %s USING gin (payload jsonb_path_ops)"
                    .formatted(tenant.partition())));
    assertPlanned(tenant, "payload @> '{\"text\": \"needle\"}'");
  }

  private static TenantId addTenant(ChatClient admin) {
    return TenantId.fromString(
        admin.post("/tenants", Map.of("tenant_name", "SQL")).expect(201).text("/tenant_id"));
  }

  private static void assertQueries(ChatClient admin, TenantId tenant) {
    var client = admin.tenant(tenant);
    client.post("/messages", text("hay")).expect(202);
    client.post("/messages", text("needle")).expect(202);
    await().atMost(PATIENCE).until(() -> client.head() == 2);
    var texts =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT payload->>'text' FROM messages WHERE tenant_id = ? ORDER BY seq")
                    .bind(0, tenant.value())
                    .mapTo(String.class)
                    .list());
    assertThat(texts).containsExactly("hay", "needle");
  }

  /** Asserts that the planner can use an index, which it would not for a small table. */
  private static void assertPlanned(TenantId tenant, String condition) {
    var plan =
        jdbi.inTransaction(
            handle -> {
              handle.execute("SET LOCAL enable_seqscan = off");
              return handle
                  .createQuery(
                      "EXPLAIN SELECT * FROM messages WHERE tenant_id = '%s' AND %s"
                          .formatted(tenant, condition))
                  .mapTo(String.class)
                  .list();
            });
    assertThat(String.join("\n", plan)).contains("Index Cond: ").contains("payload");
  }

  @Test
  void namesTheColumnsAndKeysOfTheDocumentedTables() {
    var columns =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT concat_ws(' ', column_name, data_type, is_nullable, column_default)
                        FROM information_schema.columns
                        WHERE table_name = 'messages'
                          AND table_schema = current_schema()
                        """)
                    .mapTo(String.class)
                    .list());
    assertThat(columns)
        .contains(
            "tenant_id uuid NO",
            "message_id uuid NO",
            "payload jsonb NO",
            "created_at timestamp with time zone NO now()");
    var key =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT pg_get_constraintdef(oid)
                        FROM pg_constraint
                        WHERE conrelid = 'messages'::regclass
                          AND contype = 'p'
                        """)
                    .mapTo(String.class)
                    .one());
    assertThat(key).isEqualTo("PRIMARY KEY (tenant_id, message_id)");
  }

  private static Map<String, Object> text(String text) {
    return Map.of("content", Map.of("text", text));
  }
}
