package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.MessageCursor;
import dev.chatmultischema.message.MessageCursor.Order;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.message.MessageStore;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.stream.feed.HeadDao;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements on a connection of the service's role, right ones and deliberately wrong ones. */
class TenantContextIT {

  private static final int MESSAGES = 40;

  private static Jdbi superuser;
  private static Jdbi service;
  private static TenantPartitions partitions;

  private TenantId own;
  private TenantId other;

  @BeforeAll
  static void migrate() {
    var url = Backends.shared().newDatabase();
    ChatService.migrate(url);
    superuser = ChatService.jdbi(url);
    service = ChatService.jdbi(DatabaseRoles.service(url));
    var owner = ChatService.jdbi(DatabaseRoles.owner(url));
    partitions =
        new TenantPartitions(new OwnerDatabase(owner, Optional.of(DatabaseRoles.serviceRole())));
  }

  @BeforeEach
  void storeMessagesOfTwoTenants() {
    own = createTenant();
    other = createTenant();
    var store = store(service);
    store.append(own, drafts(MESSAGES));
    store.append(other, drafts(MESSAGES));
  }

  /** The driver prepares a statement on the server after five executions. */
  @Test
  void storesAndReadsInTheContextOfEachTenantOnOneConnection() {
    try (var handle = service.open()) {
      var connection = Jdbi.create(handle.getConnection());
      var store = store(connection);
      var messages = new MessageDao(connection);
      for (int i = 0; i < 20; i++) {
        for (var tenant : List.of(own, other)) {
          var stored = store.append(tenant, drafts(2));
          assertThat(store.append(tenant, List.of(draft(stored.get(0).messageId())))).isEmpty();
          assertThat(messages.find(tenant, stored.get(1).messageId())).contains(stored.get(1));
          assertThat(messages.head(tenant)).hasValue(new Position(1, stored.get(1).seq()));
          assertThat(page(messages, tenant, Order.DESC, 2))
              .containsExactly(stored.get(1), stored.get(0));
          assertThat(page(messages, tenant, Order.ASC, 500)).hasSize(MESSAGES + 2 * (i + 1));
          assertThat(messages.after(tenant, stored.get(0).seq(), 100, 1 << 20))
              .containsExactly(stored.get(1));
        }
      }
      assertThat(setting(handle)).isEmpty();
    }
  }

  @Test
  void readsTheHeadsOfManyTenants() {
    assertThat(
            service
                .onDemand(HeadDao.class)
                .heads(List.of(own.value(), UUID.randomUUID(), other.value())))
        .containsExactlyInAnyOrder(
            new HeadDao.Head(own, 1, MESSAGES, 1), new HeadDao.Head(other, 1, MESSAGES, 1));
  }

  @Test
  void showsNothingWithoutATenant() {
    service.useHandle(
        handle -> {
          for (var table :
              List.of("messages", own.partition(), other.partition(), "tenant_heads")) {
            assertThat(count(handle, table)).as(table).isZero();
          }
          assertThat(handle.execute("UPDATE tenant_heads SET head_seq = 0")).isZero();
          // Once set and reset by the end of a transaction, the setting is empty and not null.
          inContext(
              handle, own, () -> assertThat(count(handle, own.partition())).isEqualTo(MESSAGES));
          assertThat(count(handle, own.partition())).isZero();
          assertThat(count(handle, "messages")).isZero();
          assertThat(count(handle, "tenant_heads")).isZero();
        });
  }

  @Test
  void showsNothingOfAnotherTenant() {
    service.useHandle(
        handle ->
            inContext(
                handle,
                own,
                () -> {
                  assertThat(count(handle, own.partition())).isEqualTo(MESSAGES);
                  assertThat(count(handle, other.partition())).isZero();
                  assertThat(count(handle, "messages")).isEqualTo(MESSAGES);
                  assertThat(count(handle, "messages WHERE tenant_id = '%s'".formatted(other)))
                      .isZero();
                  assertThat(count(handle, "tenant_heads")).isOne();
                  assertThat(
                          handle.execute(
                              "UPDATE tenant_heads SET head_seq = 0 WHERE tenant_id = ?",
                              other.value()))
                      .isZero();
                }));
    assertThat(new MessageDao(service).head(other)).hasValue(new Position(1, MESSAGES));
  }

  @Test
  void keepsExternalMembersApart() {
    var insert =
        "INSERT INTO external_members (tenant_id, user_id, sub, name) VALUES ('%s', gen_random_uuid(), 'x', 'X')";
    service.useHandle(
        handle -> {
          inContext(handle, own, () -> handle.execute(insert.formatted(own)));
          inContext(handle, other, () -> handle.execute(insert.formatted(other)));
          assertThat(count(handle, "external_members")).isZero();
          assertThat(handle.execute("UPDATE external_members SET name = 'forged'")).isZero();
          for (var wrong : List.of(insert.formatted(own), insert.formatted(other))) {
            assertThatThrownBy(() -> handle.execute(wrong))
                .hasMessageContaining("row-level security");
          }
          assertThatThrownBy(
                  () -> inContext(handle, own, () -> handle.execute(insert.formatted(other))))
              .hasMessageContaining("row-level security");
          inContext(
              handle,
              own,
              () -> {
                assertThat(count(handle, "external_members")).isOne();
                assertThat(
                        handle.execute(
                            "UPDATE external_members SET name = 'forged' WHERE tenant_id = ?",
                            other.value()))
                    .isZero();
              });
        });
    long forged =
        superuser.withHandle(handle -> count(handle, "external_members WHERE name = 'forged'"));
    assertThat(forged).isZero();
  }

  @Test
  void storesNothingOutsideTheTenant() {
    var insert = "INSERT INTO %s VALUES ('%s', gen_random_uuid(), 1000, NULL, now(), '{}')";
    for (var wrong :
        List.of(insert.formatted(other.partition(), other), insert.formatted("messages", other))) {
      service.useHandle(
          handle -> {
            assertThatThrownBy(() -> handle.execute(wrong))
                .hasMessageMatching("(?s).*(row-level security|permission denied).*");
            assertThatThrownBy(() -> inContext(handle, own, () -> handle.execute(wrong)))
                .hasMessageMatching("(?s).*(row-level security|permission denied).*");
          });
    }
    for (var tenant : List.of(own, other)) {
      long stored = superuser.withHandle(handle -> count(handle, tenant.partition()));
      assertThat(stored).isEqualTo(MESSAGES);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE messages",
        "TRUNCATE messages",
        "DELETE FROM messages",
        "UPDATE messages SET payload = '{}'",
        "DELETE FROM tenant_heads",
        "ALTER TABLE tenant_heads DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_context ON tenant_heads",
        "CREATE SCHEMA mine",
        "CREATE TABLE mine (n int)",
        "SET ROLE postgres",
        "UPDATE audit SET outcome = 'forged'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE at < now() - interval '10 years'",
        "TRUNCATE audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_is_append_only ON audit",
        "SET session_replication_role = replica",
        "UPDATE databasechangelog SET id = 'forged'"
      })
  void mayNot(String statement) {
    assertThatThrownBy(() -> service.useHandle(handle -> handle.execute(statement)))
        .hasMessageMatching("(?s).*(permission denied|must be owner|does not exist).*");
  }

  @Test
  void refusesToReadAroundRowLevelSecurity() {
    service.useHandle(
        handle -> {
          handle.execute("SET row_security = off");
          assertThatThrownBy(() -> count(handle, own.partition()))
              .hasMessageContaining("would be affected by row-level security");
        });
  }

  @Test
  void completesARowOfTheAuditOnce() {
    service.useHandle(
        handle -> {
          handle.execute("INSERT INTO audit (node_id, task, parameters) VALUES ('n', 't', 'p')");
          handle.execute("SELECT complete_audit(max(audit_id), 'done') FROM audit");
          assertThat(count(handle, "audit WHERE outcome = 'done'")).isOne();
          assertThatThrownBy(
                  () -> handle.execute("SELECT complete_audit(max(audit_id), 'forged') FROM audit"))
              .hasMessageContaining("completed once");
        });
  }

  @Test
  void restrictsThePartitionsOfAnEarlierVersion() {
    superuser.useHandle(
        handle ->
            handle
                .createScript(
                    """
                    ALTER TABLE %1$s DISABLE ROW LEVEL SECURITY;
                    DROP POLICY tenant_context ON %1$s;
                    REVOKE ALL ON %1$s FROM %2$s;
                    REVOKE ALL ON SCHEMA %3$s FROM %2$s;
                    """
                        .formatted(own.partition(), DatabaseRoles.serviceRole(), own.schema()))
                .execute());
    assertThatThrownBy(() -> store(service).append(own, drafts(1)))
        .hasMessageContaining("permission denied");

    assertThat(partitions.restrictExisting()).isOne();
    assertThat(partitions.restrictExisting()).isZero();

    assertThat(store(service).append(own, drafts(1))).hasSize(1);
    long shown = service.withHandle(handle -> count(handle, own.partition()));
    assertThat(shown).isZero();
  }

  private TenantId createTenant() {
    var tenant = TenantId.create();
    superuser.useHandle(
        handle ->
            handle.execute(
                "INSERT INTO tenants (tenant_id, tenant_name, workers, deleted_at)"
                    + " VALUES (?, 'A tenant', 1, now())",
                tenant.value()));
    return partitions.create(tenant, handle -> tenant);
  }

  private static void inContext(Handle handle, TenantId tenant, Runnable work) {
    handle.useTransaction(
        transaction -> {
          transaction
              .createQuery("SELECT set_config('chat.tenant', ?, TRUE)")
              .bind(0, tenant.toString())
              .mapTo(String.class)
              .one();
          work.run();
        });
  }

  private static String setting(Handle handle) {
    return handle
        .createQuery("SELECT coalesce(current_setting('chat.tenant', TRUE), '')")
        .mapTo(String.class)
        .one();
  }

  private static long count(Handle handle, String from) {
    return handle.createQuery("SELECT count(*) FROM " + from).mapTo(long.class).one();
  }

  private static List<Message> page(MessageDao messages, TenantId tenant, Order order, int limit) {
    return messages.page(tenant, MessageCursor.start(order), limit, 1 << 20).messages();
  }

  private static List<Draft> drafts(int count) {
    return IntStream.range(0, count).mapToObj(i -> draft(UUID.randomUUID())).toList();
  }

  private static Draft draft(UUID id) {
    return new Draft(
        id,
        UUID.randomUUID(),
        new Content("{\"n\":1}"),
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  private static MessageStore store(Jdbi jdbi) {
    return new MessageStore(jdbi, new Epochs(jdbi, (tenant, epoch) -> 0));
  }
}
