package dev.chatmultischema.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.HttpConnection;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks with invalid parameters, and with an audit that cannot be written. */
@ChatTest(environment = "NODE_ID=faults", newDatabase = true)
class TaskFaultsIT {

  private static final List<String> TASKS =
      List.of(
          "kill-consumers",
          "start-consumers",
          "list-consumers",
          "resize-consumers",
          "list-dead-letters",
          "replay-dead-letters",
          "purge-dead-letters",
          "gc",
          "log-level");

  /** As in a query. */
  private static final List<String> NO_TEXT =
      List.of("a%00b", "%00", "%ED%A0%80", "%C0%80", "%FF", "%", "%zz", "%u0000", "%F5%80%80%80");

  private static final int ROUNDS = 400;

  @Started private static ChatService chat;

  private String tenant;

  @BeforeEach
  void createTenant() {
    var created = chat.asAdmin().post("/tenants", Map.of("tenant_name", "Faults")).expect(201);
    tenant = created.text("/tenant_id");
  }

  @Test
  void refusesInvalidTextWithoutAnEffect() throws Exception {
    var before = rows();
    for (var task : TASKS) {
      for (var text : NO_TEXT) {
        for (var query : List.of("reason=" + text, text + "=x", "tenant=" + text)) {
          var asked = task + "?" + sensible(task) + "&" + query;
          assertThat(post(asked).status()).as(asked).isEqualTo(400);
        }
      }
    }
    assertThat(chat.asAdmin().get("/tenants/" + tenant).expect(200).text("/consumer"))
        .isEqualTo("running");
    assertThat(rows()).isEqualTo(before);
    post("kill-consumers?tenant=" + tenant + "&reason=J%C3%B6rg%20%F0%9F%91%8D");
    assertThat(audit()).last().asString().contains("Jörg 👍", "done by faults");
  }

  @Test
  void respondsToInvalidParametersWithNeither500Nor200() throws Exception {
    var random = new Random(10);
    for (int round = 0; round < ROUNDS; round++) {
      var task = TASKS.get(random.nextInt(TASKS.size()));
      var asked = task + "?" + query(random);
      var answer = post(asked);
      assertThat(answer.status()).as(asked).isIn(Set.of(200, 400, 404, 431));
      if (answer.status() == 200) {
        assertThat(asked).as("answered 200").doesNotContain("wrong");
      }
    }
  }

  @Test
  void doesNothingWithoutAnAudit() throws Exception {
    chat.jdbi().useHandle(handle -> handle.execute("ALTER TABLE audit RENAME TO audit_away"));
    try {
      assertThat(post("kill-consumers?tenant=" + tenant).status()).isEqualTo(500);
      assertThat(post("log-level?logger=a.b&level=INFO").text()).contains("nothing was done");
      assertThat(chat.asAdmin().get("/tenants/" + tenant).expect(200).text("/consumer"))
          .isEqualTo("running");
    } finally {
      chat.jdbi().useHandle(handle -> handle.execute("ALTER TABLE audit_away RENAME TO audit"));
    }
    assertThat(post("kill-consumers?tenant=" + tenant).status()).isEqualTo(200);
  }

  @Test
  void reportsAnUnrecordedOutcomeAndKeepsTheStartedRow() throws Exception {
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "ALTER TABLE audit ADD CONSTRAINT never CHECK (outcome IS NULL) NOT VALID"));
    try {
      var answer = post("kill-consumers?tenant=" + tenant + "&reason=cut");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text()).contains("has no outcome");
    } finally {
      chat.jdbi().useHandle(handle -> handle.execute("ALTER TABLE audit DROP CONSTRAINT never"));
    }
    assertThat(audit()).last().asString().contains("kill-consumers", tenant, "cut", "|started");
  }

  @Test
  void completesARowOnceWithoutOtherChanges() throws Exception {
    post("list-consumers?reason=first");
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO audit (node_id, task, parameters) VALUES ('gone', 'x', '')"));
    var started = "WHERE node_id = 'gone'";
    for (var change :
        List.of(
            "UPDATE audit SET outcome = 'other', ended_at = now() WHERE reason = 'first'",
            "UPDATE audit SET task = 'y' " + started,
            "UPDATE audit SET outcome = 'x', ended_at = now(), node_id = 'other' " + started,
            "DELETE FROM audit " + started)) {
      assertThatThrownBy(() -> chat.jdbi().useHandle(handle -> handle.execute(change)))
          .as(change)
          .hasMessageContaining("append-only");
    }
  }

  @Test
  void auditsTasksOfDropwizardAndRefusesUnknownLevels() throws Exception {
    assertThat(post("gc?reason=heap").status()).isEqualTo(200);
    assertThat(audit()).last().asString().contains("gc", "heap", "collected 1 times");
    assertThat(post("log-level?logger=dev.none&level=warn").status()).isEqualTo(200);
    assertThat(audit()).last().asString().contains("log-level", "logger=dev.none", "set to WARN");
    for (var wrong :
        List.of(
            "log-level",
            "log-level?logger=",
            "log-level?logger=dev.none&level=lots",
            "log-level?logger=dev.none&duration=long",
            "log-level?logger=dev.none&duration=PT-1S",
            "gc?runs=many",
            "gc?runs=1000000")) {
      assertThat(post(wrong).status()).as(wrong).isEqualTo(400);
    }
  }

  private static HttpConnection.Response post(String task) throws Exception {
    try (var connection = new HttpConnection(chat.adminUri().getPort(), "")) {
      return connection.request("POST", "/tasks/" + task, new byte[0]);
    }
  }

  private String sensible(String task) {
    return switch (task) {
      case "resize-consumers" -> "tenant=" + tenant + "&workers=2";
      case "purge-dead-letters" -> "tenant=" + tenant + "&confirm=" + tenant;
      case "gc" -> "runs=1";
      case "log-level" -> "logger=dev.none";
      default -> "tenant=" + tenant;
    };
  }

  /**
   * Returns random parameters; {@code wrong} is in each value that is invalid for every parameter.
   */
  private String query(Random random) {
    var names =
        List.of(
            "tenant",
            "all",
            "workers",
            "limit",
            "message_id",
            "dry_run",
            "confirm",
            "reason",
            "runs",
            "logger",
            "level",
            "duration",
            "Tenant",
            "wrong",
            "");
    var values =
        List.of(
            "",
            tenant,
            tenant.toUpperCase(java.util.Locale.ROOT),
            UUID.randomUUID().toString(),
            "true",
            "false",
            "1",
            "0",
            "-1",
            "64",
            "9999999999999999999",
            "1e3",
            "٣",
            "wrong\0",
            "null",
            "PT1S",
            "DEBUG",
            "é",
            "👍",
            "<b>",
            "'; DROP TABLE audit; --",
            "%s%n%d",
            "x".repeat(1_001),
            "y".repeat(3_000));
    var parts = new ArrayList<String>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      var name = names.get(random.nextInt(names.size()));
      var value = values.get(random.nextInt(values.size()));
      parts.add(
          URLEncoder.encode(name, UTF_8)
              + (random.nextInt(9) == 0 ? "" : "=" + URLEncoder.encode(value, UTF_8)));
    }
    return String.join("&", parts);
  }

  private static long rows() {
    return audit().size();
  }

  private static List<String> audit() {
    return chat.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT concat_ws(
                          '|', node_id, task, parameters, reason, coalesce(outcome, 'started'))
                        FROM audit
                        ORDER BY audit_id
                        """)
                    .mapTo(String.class)
                    .list());
  }
}
