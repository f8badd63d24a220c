package dev.chatmultischema.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.support.Archive;
import dev.chatmultischema.support.ChatService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Takes the archive of a healthy node, and of one without servers. */
class SupportPacketIT {

  private static final String TOKEN = "Mark4711-admin-token";

  @TempDir private Path directory;

  @Test
  void hasEveryPartAndNoSecret() throws IOException {
    var backends = Backends.shared();
    var file = directory.resolve("packet.zip");
    try (var chat =
        ChatService.on(backends)
            .environment("ADMIN_TOKEN", TOKEN)
            .environment("NODE_SECRETS", "Mark4711-a-secret-of-32-bytes-or-more")
            .environment("REDIS_SENTINEL_PASSWORD", "Mark4711")
            .environment("NODE_ID", "packet-1")
            .start()) {
      var tenant = chat.addTenant(chat.adminToken());
      LoggerFactory.getLogger("test").warn("a line of\nthe log");
      var admin = chat.admin().as(TOKEN);
      var task = "/tasks/support-packet?file=" + file;
      assertThat(admin.post(task).expect(200).body()).contains("wrote " + file);

      var parts = Archive.read(file);
      assertThat(parts.get("versions.txt"))
          .contains(
              "node: packet-1", "java: " + Runtime.version().feature(), "postgresql: PostgreSQL");
      assertThat(parts.get("configuration.yml"))
          .contains("queueType: \"classic\"", "maxThreads: 48", "secret: \"(hidden)\"");
      assertThat(parts.get("health.txt")).contains("postgresql: healthy", "rabbitmq: healthy");
      assertThat(parts.get("nodes.txt")).contains("packet-1  able");
      assertThat(parts.get("consumers.txt")).contains(tenant.toString(), "packet-1");
      assertThat(parts.get("metrics.txt")).contains("chat_messages_accepted_total");
      assertThat(parts.get("threads.txt")).contains("consumer-reconciler");
      assertThat(parts.get("errors.txt")).contains("a line of | the log");
      assertHasNoSecret(parts);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");

      assertThat(admin.post(task).expect(500).body()).contains("the file exists already");
      admin.post("/tasks/support-packet?file=packet.zip").expect(400);
      admin.post("/tasks/support-packet?file=/etc/packet.sh").expect(400);
    }
  }

  @Test
  void isWrittenWithoutServers() throws IOException {
    var file = directory.resolve("packet.zip");
    int nobody = FreePort.find();
    try (var chat =
        ChatService.on(Backends.shared())
            .environment("ADMIN_TOKEN", TOKEN)
            .environment(
                "DATABASE_URL", "postgres://chat:Mark4711@localhost:%d/x".formatted(nobody))
            .environment(
                "DATABASE_OWNER_URL", "postgres://o:Mark4711@localhost:%d/x".formatted(nobody))
            .environment("REDIS_URL", "redis://chat:Mark4711@localhost:%d".formatted(nobody))
            .startAnyway()) {
      chat.admin().as(TOKEN).post("/tasks/support-packet?file=" + file).expect(200);
      var parts = Archive.read(file);
      assertThat(parts.get("nodes.txt")).startsWith("not available: ");
      assertThat(parts.get("health.txt")).contains("postgresql: unhealthy");
      assertThat(parts.get("versions.txt")).contains("java: " + Runtime.version().feature());
      assertThat(parts.get("configuration.yml")).contains("localhost:" + nobody + "/x");
      assertHasNoSecret(parts);
    }
  }

  private static void assertHasNoSecret(Map<String, String> parts) {
    assertThat(parts.values())
        .noneMatch(text -> text.contains("Mark4711"))
        .noneMatch(text -> text.contains("the secret of all test nodes"));
  }
}
