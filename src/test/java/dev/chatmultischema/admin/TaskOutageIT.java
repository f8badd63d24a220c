package dev.chatmultischema.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatService;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks while the database is down, so that their audit cannot begin. */
class TaskOutageIT {

  private static TcpProxy postgresql;
  private static ChatService chat;

  @BeforeAll
  static void start() {
    var database = Backends.shared().newDatabase();
    postgresql = TcpProxy.to(database);
    ChatService.migrate(database);
    chat =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", postgresql.url(database))
            .start();
  }

  @AfterAll
  static void stop() {
    chat.close();
    postgresql.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill-consumers?tenant=%s",
        "kill-consumers?all=true",
        "resize-consumers?tenant=%s&workers=7",
        "list-consumers",
        "list-dead-letters?tenant=%s",
        "replay-dead-letters?tenant=%s",
        "purge-dead-letters?tenant=%s&confirm=%1$s",
        "log-level?logger=dev.none&level=INFO",
        "gc"
      })
  void answer503AndDoNothing(String task) {
    var token = chat.adminToken();
    // The one before may have left connections to the database that were cut.
    var created =
        Answer.repeated(
            Duration.ofSeconds(30),
            () -> chat.as(token).post("/tenants", Map.of("tenant_name", "Outage")));
    var tenant = created.expect(201).text("/tenant_id");
    var rows = auditRows();
    postgresql.cut();
    try {
      var answer = chat.admin().post("/tasks/" + task.replaceAll("%(1\\$)?s", tenant));
      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
      assertThat(answer.body()).contains("nothing was done");
    } finally {
      postgresql.restore();
    }
    var shown =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> chat.as(token).get("/tenants/" + tenant), answer -> answer.status() == 200);
    assertThat(shown.text("/consumer")).isEqualTo("running");
    assertThat(shown.text("/workers")).isEqualTo("3");
    assertThat(auditRows()).isEqualTo(rows);
  }

  private static long auditRows() {
    return chat.jdbi()
        .withHandle(
            handle -> handle.createQuery("SELECT count(*) FROM audit").mapTo(long.class).one());
  }
}
