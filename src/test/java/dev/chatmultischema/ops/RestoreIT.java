package dev.chatmultischema.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.JarProcess;
import dev.chatmultischema.support.RealServers;
import dev.chatmultischema.tenant.TenantId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Executes the commands of the runbook that back up a database and restore it. */
@EnabledIfEnvironmentVariable(
    named = RealServers.DIRECTORY,
    matches = ".+",
    disabledReason = "the embedded PostgreSQL has no pg_dump")
class RestoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void aDumpInTheSameServerBeginsAnEpoch() throws Exception {
    for (var used : new String[] {"target", "config.yml"}) {
      Files.createSymbolicLink(folder.resolve(used), Path.of(used).toAbsolutePath());
    }
    var backends = Backends.shared();
    var database = backends.newDatabase();
    String token;
    TenantId tenant;
    String cursor;
    try (var chat = ChatService.on(backends).environment("DATABASE_URL", database).start()) {
      token = chat.adminToken();
      tenant = chat.addTenant(token);
      var client = chat.as(token).tenant(tenant);
      post(client, 5);
      bash("Backup", Map.of("DATABASE_OWNER_URL", DatabaseRoles.owner(database)));
      post(client, 3);
      cursor = client.get("/messages?order=asc").expect(200).text("/next_cursor");
    }

    var restored = database.substring(0, database.lastIndexOf('/')) + "/restored";
    var environment =
        Map.of(
            "SUPERUSER_URL",
            database,
            "DATABASE_OWNER_URL",
            DatabaseRoles.owner(restored),
            "DATABASE_URL",
            DatabaseRoles.service(restored),
            "JWT_SECRET",
            "only the migration reads this: 0123456789");
    drop(database);
    try {
      bash("Restore from backup", environment);
      try (var chat =
          ChatService.on(backends)
              .environment("DATABASE_URL", environment.get("DATABASE_URL"))
              .environment("DATABASE_OWNER_URL", environment.get("DATABASE_OWNER_URL"))
              .start()) {
        var client = chat.as(token).tenant(tenant);
        assertThat(client.head()).isEqualTo(5);
        post(client, 1);
        var page = client.get("/messages?order=asc").expect(200).json();
        assertThat(page.get("epoch").asInt()).isEqualTo(2);
        assertThat(page.get("data")).hasSize(6);
        client.get("/messages?cursor=" + cursor).expectProblem(410, "cursor_reset");
        assertThat(firstEvent(client, "8")).isEqualTo("event: reset");
        assertThat(firstEvent(client, "5")).isEqualTo("event: reset");
        assertThat(firstEvent(client, "2.5")).isEqualTo("event: ready");
      }
    } finally {
      drop(database);
    }
  }

  private static void drop(String database) {
    ChatService.jdbi(database)
        .useHandle(handle -> handle.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)"));
  }

  private static void post(ChatClient client, int messages) {
    long before = client.head();
    for (int n = 0; n < messages; n++) {
      client.post("/messages", Map.of("content", Map.of("n", n))).expect(202);
    }
    await().atMost(PATIENCE).until(() -> client.head() == before + messages);
  }

  private static String firstEvent(ChatClient client, String position) throws IOException {
    var response = client.open("/messages/stream?last_event_id=" + position);
    try (var lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event:")) {
          return line;
        }
      }
      return "the stream has ended";
    }
  }

  /** Executes the first block of code of a section, as the role of these tests. */
  private void bash(String section, Map<String, String> environment) throws Exception {
    var runbook = Files.readString(Path.of("ops/runbook.md"));
    var block =
        Pattern.compile("(?s)\n## " + section + "\n.*?\n```\n(.*?)\n```\n").matcher(runbook);
    assertThat(block.find()).as(section).isTrue();
    var script = "set -e\n" + block.group(1).replace("chat_owner", DatabaseRoles.ownerRole());
    var builder =
        new ProcessBuilder("bash", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    JarProcess.setEnvironment(builder, environment);
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
