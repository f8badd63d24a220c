package dev.chatmultischema.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TenantPartitionsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static Jdbi jdbi;
  private static UUID owner;
  private static ExecutorService threads;

  /** Two nodes share only the database. */
  private static List<TenantPartitions> nodes;

  @BeforeAll
  static void migrate() {
    var url = Backends.shared().newDatabase();
    ChatService.migrate(url);
    jdbi = ChatService.jdbi(url);
    nodes =
        List.of(
            new TenantPartitions(OwnerDatabase.ofOneRole(jdbi)),
            new TenantPartitions(OwnerDatabase.ofOneRole(jdbi)));
    owner = UuidCreator.getTimeOrderedEpoch();
    var user = new User(owner, "Owner", "o@example.com", Role.USER, null, false, Instant.now());
    jdbi.useExtension(UserDao.class, users -> users.insert(user, "none"));
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
  }

  @Test
  void keepsEachTenantInASchemaOfItsOwn() {
    var tenant = create(nodes.get(0));
    assertThat(attached(tenant)).isTrue();
    insert(tenant, tenant);
    assertThat(count("messages WHERE tenant_id = '%s'".formatted(tenant))).isEqualTo(1);
    assertThatThrownBy(() -> insert(tenant, TenantId.create()))
        .isInstanceOf(UnableToExecuteStatementException.class)
        .hasMessageContaining("violates partition constraint");
  }

  @Test
  void dropsExistingPartitionsAndIgnoresMissingOnes() {
    var tenant = create(nodes.get(0));
    var other = create(nodes.get(0));
    insert(tenant, tenant);
    nodes.get(0).drop(tenant);
    nodes.get(1).drop(tenant);
    nodes.get(1).drop(TenantId.create());
    assertThat(exists(tenant)).isFalse();
    assertThat(attached(other)).isTrue();
    assertThatThrownBy(() -> insert(tenant, tenant)).matches(TenantPartitions::isMissing);
  }

  @Test
  void leavesNothingAfterAFailure() {
    var tenant = TenantId.create();
    jdbi.useExtension(TenantDao.class, rows -> rows.reserve(tenant, "Failed", owner, 1));
    assertThatThrownBy(
            () ->
                nodes
                    .get(0)
                    .create(
                        tenant,
                        handle -> {
                          throw new IllegalStateException("no");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(exists(tenant)).isFalse();
    create(nodes.get(0));
  }

  @Test
  void allowsWritesToOthersWhileItWaitsForAReader() throws Exception {
    var tenant = create(nodes.get(0));
    var other = create(nodes.get(0));
    try (var reader = jdbi.open()) {
      reader.begin();
      reader.createQuery("SELECT count(*) FROM messages").mapTo(long.class).one();
      var dropped =
          threads.submit(
              () -> {
                nodes.get(0).drop(tenant);
                return true;
              });
      await().atMost(PATIENCE).until(TenantPartitionsIT::waitsToDetach);
      insert(other, other);
      create(nodes.get(1));
      assertThat(dropped.isDone()).isFalse();
      reader.rollback();
      assertThat(dropped.get()).isTrue();
    }
    assertThat(exists(tenant)).isFalse();
  }

  @Test
  void finishesInterruptedDetachesInParallel() throws Exception {
    for (int round = 0; round < 5; round++) {
      var interrupted = create(nodes.get(0));
      var others = new ArrayList<TenantId>();
      for (int i = 0; i < 4; i++) {
        others.add(create(nodes.get(0)));
      }
      interruptDetach(interrupted);

      var work = new ArrayList<Callable<TenantId>>();
      for (int i = 0; i < others.size(); i++) {
        var node = nodes.get(i % 2);
        var other = others.get(i);
        work.add(
            () -> {
              node.drop(other);
              return other;
            });
        work.add(() -> create(node));
      }
      for (var done : threads.invokeAll(work)) {
        done.get();
      }
      nodes.get(0).drop(interrupted);
      others.forEach(other -> assertThat(exists(other)).isFalse());
      assertThat(exists(interrupted)).isFalse();
      assertThat(count("pg_inherits WHERE inhdetachpending")).isZero();
    }
  }

  /** Leaves a detach incomplete, as a crash of a node in the middle would. */
  private static void interruptDetach(TenantId tenant) {
    try (var reader = jdbi.open();
        var detaching = jdbi.open()) {
      reader.begin();
      reader.createQuery("SELECT count(*) FROM messages").mapTo(long.class).one();
      int backend = detaching.select("SELECT pg_backend_pid()").mapTo(int.class).one();
      var detach =
          CompletableFuture.runAsync(
              () ->
                  detaching.execute(
                      "ALTER TABLE messages DETACH PARTITION %s CONCURRENTLY"
                          .formatted(tenant.partition())));
      await().until(() -> count("pg_inherits WHERE inhdetachpending") == 1);
      assertThat(reader.select("SELECT pg_cancel_backend(?)", backend).mapTo(boolean.class).one())
          .isTrue();
      assertThatThrownBy(detach::join).hasMessageContaining("user request");
      reader.rollback();
    }
    assertThat(count("pg_inherits WHERE inhdetachpending")).isEqualTo(1);
  }

  private static TenantId create(TenantPartitions partitions) {
    var tenant = TenantId.create();
    jdbi.useExtension(TenantDao.class, rows -> rows.reserve(tenant, "A tenant", owner, 1));
    Optional<Tenant> opened =
        partitions.create(tenant, handle -> handle.attach(TenantDao.class).activate(tenant));
    assertThat(opened).isPresent();
    return tenant;
  }

  private static void insert(TenantId into, TenantId tenant) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "INSERT INTO %s VALUES (?, gen_random_uuid(), 1, NULL, now(), '{}')"
                    .formatted(into.partition()),
                tenant.value()));
  }

  private static boolean waitsToDetach() {
    return count(
            """
            pg_stat_activity
            WHERE query LIKE '%DETACH PARTITION%CONCURRENTLY%'
              AND wait_event_type = 'Lock'
              AND pid <> pg_backend_pid()
            """)
        > 0;
  }

  private static boolean exists(TenantId tenant) {
    return count("pg_namespace WHERE nspname = '%s'".formatted(tenant.schema())) > 0;
  }

  private static boolean attached(TenantId tenant) {
    return count("pg_inherits WHERE inhrelid = to_regclass('%s')".formatted(tenant.partition()))
        > 0;
  }

  private static long count(String from) {
    return jdbi.withHandle(
        handle -> handle.createQuery("SELECT count(*) FROM " + from).mapTo(long.class).one());
  }
}
