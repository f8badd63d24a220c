package dev.chatmultischema.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.support.ChatService;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Deletion of old rows of the audit by the service's role, which may not delete rows. */
@Tag("once")
class AuditRetentionIT {

  private String url;
  private Jdbi superuser;
  private Jdbi service;

  @BeforeEach
  void migrate() {
    url = Backends.shared().newDatabase();
    ChatService.migrate(url);
    superuser = ChatService.jdbi(url);
    service = ChatService.jdbi(DatabaseRoles.service(url));
  }

  private void insert(int rows, int days) {
    superuser.useHandle(
        handle ->
            handle.execute(
                """
                INSERT INTO audit (at, node_id, task, parameters)
                SELECT clock_timestamp() - make_interval(days => ?), 'n', ?, ''
                FROM generate_series(1, ?)
                """,
                days,
                days + " days",
                rows));
  }

  /** Returns the ages in days of the rows, without duplicates. */
  private List<String> ages() {
    return superuser.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT DISTINCT task FROM audit WHERE task LIKE '% days' ORDER BY task")
                .mapTo(String.class)
                .list());
  }

  @Test
  void deletesWhatIsOlderThanTheAgeInSteps() {
    insert(2_500, 401);
    insert(2, 399);
    insert(2, 0);
    var retention = new AuditRetention(service, Duration.ofDays(400));
    superuser.useTransaction(
        another -> {
          AdvisoryLock.AUDIT_RETENTION.acquire(another);
          retention.run();
          assertThat(ages()).as("while another node deletes").contains("401 days");
        });
    retention.run();
    assertThat(ages()).containsExactly("0 days", "399 days");
    retention.run();
    assertThat(ages()).containsExactly("0 days", "399 days");
  }

  @Test
  void deletesNothingRecentWhateverTheServiceAsksFor() {
    insert(2, 31);
    insert(2, 29);
    insert(2, 0);
    new AuditRetention(service, Duration.ZERO).run();
    assertThat(ages()).containsExactly("0 days", "29 days");
    new AuditRetention(service, Duration.ofDays(-400)).run();
    assertThat(ages()).containsExactly("0 days", "29 days");
  }

  @Test
  void runsWithTheService() {
    insert(1, 401);
    insert(1, 399);
    var node = ChatService.on(Backends.shared()).environment("DATABASE_URL", url);
    try (var keeping = node.setting("audit.retention", "0 days").start()) {
      assertThat(keeping.asAdmin().get("/audit").expect(200).body()).contains("401 days");
    }
    try (var deleting = node.setting("audit.retention", "400 days").start()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> ages().equals(List.of("399 days")));
      assertThat(deleting.asAdmin().get("/audit").expect(200).body()).contains("399 days");
    }
  }
}
