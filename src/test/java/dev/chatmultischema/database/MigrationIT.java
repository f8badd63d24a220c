package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.CommandLine;
import dev.chatmultischema.support.JarProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Migrations by concurrent processes, and after a process was killed. */
@Tag("once")
class MigrationIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String[] MIGRATE = {"db", "migrate", "config.yml"};

  private final String url = Backends.shared().newDatabase();
  private final Map<String, String> environment = Map.of("DATABASE_URL", url);

  @RepeatedTest(3)
  void succeedsInParallelOnAnEmptyDatabase() throws Exception {
    var migrators = new ArrayList<JarProcess>();
    try {
      for (int i = 0; i < 4; i++) {
        migrators.add(JarProcess.start(environment, MIGRATE));
      }
      for (var migrator : migrators) {
        assertThat(migrator.exit()).as(migrator.err()).isZero();
      }
    } finally {
      for (var migrator : migrators) {
        migrator.close();
      }
    }
    assertThat(liquibaseLocks()).containsExactly(false);
  }

  @Test
  void releasesTheLockOfAKilledMigration() throws Exception {
    ChatService.migrate(url);
    var jdbi = ChatService.jdbi(url);
    jdbi.useHandle(
        handle ->
            handle
                .createScript(
                    """
                    DROP INDEX stream_tickets_by_user;
                    DELETE FROM databasechangelog WHERE id = 'tickets-of-a-user';
                    """)
                .execute());
    try (var killed = JarProcess.start(environment, MIGRATE);
        var blocking = jdbi.open()) {
      blocking.begin();
      blocking.execute("LOCK TABLE stream_tickets IN ACCESS EXCLUSIVE MODE");
      await().atMost(PATIENCE).until(() -> waitsFor("CREATE INDEX"));
      assertThat(liquibaseLocks()).containsExactly(true);
      killed.kill();

      try (var next = JarProcess.start(environment, MIGRATE)) {
        await("notice").atMost(PATIENCE).until(() -> next.err().contains("its last statement"));
        blocking.rollback();
        assertThat(next.exit()).as(next.err()).isZero();
        assertThat(next.err()).contains("freed Liquibase's lock").contains("#tenant-api-");
      }
    }
    assertThat(liquibaseLocks()).containsExactly(false);
  }

  @Test
  void printsTheHolderOfAnotherProgramsLockAndTheCommandToReleaseIt() {
    ChatService.migrate(url);
    ChatService.jdbi(url)
        .useHandle(
            handle ->
                handle.execute(
                    """
                    UPDATE databasechangeloglock
                    SET locked = TRUE, lockedby = 'laptop (10.0.0.9)',
                      lockgranted = '2026-01-02 03:04:05'
                    """));

    var refused = CommandLine.run(environment, "", MIGRATE);

    assertThat(refused.succeeded()).isFalse();
    assertThat(refused.err())
        .hasLineCount(1)
        .contains("laptop (10.0.0.9) since 2026-01-02T03:04:05")
        .contains("db locks --force-release config.yml");
    var freed = CommandLine.run(environment, "", "db", "locks", "--force-release", "config.yml");
    assertThat(freed.succeeded()).as(freed.err()).isTrue();
    assertThat(CommandLine.run(environment, "", MIGRATE).succeeded()).isTrue();
  }

  private boolean waitsFor(String statement) {
    return ChatService.jdbi(url)
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT EXISTS (
                          SELECT FROM pg_stat_activity
                          WHERE datname = current_database()
                            AND wait_event_type = 'Lock'
                            AND starts_with(query, :statement))
                        """)
                    .bind("statement", statement)
                    .mapTo(boolean.class)
                    .one());
  }

  private List<Boolean> liquibaseLocks() {
    return ChatService.jdbi(url)
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT locked FROM databasechangeloglock")
                    .mapTo(boolean.class)
                    .list());
  }
}
