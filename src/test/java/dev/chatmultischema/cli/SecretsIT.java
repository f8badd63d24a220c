package dev.chatmultischema.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.support.Archive;
import dev.chatmultischema.support.JarProcess;
import dev.chatmultischema.support.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches everything that the service shows for its secrets, which have a mark. */
@Tag("once")
class SecretsIT {

  private static final String MARK = "Mark4711";
  private static final String TOKEN = MARK + "-admin-token";

  @TempDir private Path directory;

  private final int port = FreePort.find();
  private final int adminPort = FreePort.find();

  /** Servers that are not there, so that each failure to connect is logged and reported. */
  private Map<String, String> secrets() {
    int nobody = FreePort.find();
    return Map.of(
        "JWT_SECRET", MARK + "-a-secret-that-has-32-bytes-or-more",
        "ADMIN_TOKEN", TOKEN,
        "DATABASE_URL", "postgres://chat:%s@localhost:%d/chat".formatted(MARK, nobody),
        "RABBITMQ_URL", "amqp://chat:%s@localhost:%d/".formatted(MARK, nobody),
        "REDIS_URL", "redis://chat:%s@localhost:%d".formatted(MARK, nobody));
  }

  private Map<String, String> environment() {
    var environment = new HashMap<>(secrets());
    environment.put("PORT", String.valueOf(port));
    environment.put("ADMIN_PORT", String.valueOf(adminPort));
    environment.put("LOG_LEVEL", "DEBUG");
    return environment;
  }

  /** Returns the same environment with each secret in a file. */
  private Map<String, String> environmentWithFiles() throws IOException {
    var environment = environment();
    for (var secret : secrets().entrySet()) {
      var file = Files.writeString(directory.resolve(secret.getKey()), secret.getValue() + "\n");
      environment.remove(secret.getKey());
      environment.put(secret.getKey() + "_FILE", file.toString());
    }
    return environment;
  }

  @Test
  void showsNoSecret() throws Exception {
    try (var service = JarProcess.start(environmentWithFiles(), "server", "config.yml")) {
      await("a failure of each server")
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(
              () -> admin("GET", "/healthcheck"),
              health -> health.contains("postgresql") && health.contains("Connection"));
      for (var path :
          List.of(
              "/metrics", "/prometheus", "/threads", "/healthcheck", "/health-check?type=ready")) {
        assertThat(admin("GET", path)).as(path).isNotEmpty().doesNotContain(MARK);
      }
      for (var task : List.of("list-consumers", "gc", "log-level?logger=x&level=" + MARK, "none")) {
        var text = admin("POST", "/tasks/" + task);
        assertThat(text.replace("level=" + MARK, "")).as(task).doesNotContain(MARK);
      }
      for (var header : List.of("Bearer x.y.z", "Bearer " + TOKEN, "Basic " + TOKEN)) {
        assertThat(api("GET /users/me", "Authorization: " + header + "\r\n", ""))
            .doesNotContain(MARK);
      }
      var packet = directory.resolve("packet.zip");
      assertThat(admin("POST", "/tasks/support-packet?file=" + packet)).contains("wrote");
      assertThat(Archive.read(packet).values()).noneMatch(text -> text.contains(MARK));
      // The password of a request, and a body that is no JSON.
      assertThat(login("{\"email\":\"a@example.com\",\"password\":\"" + MARK + "\"}"))
          .doesNotContain(MARK);
      assertThat(login("{\"email\":\"a@example.com\",\"password\":\"" + MARK)).doesNotContain(MARK);
      assertThat(login("{\"password\":[\"" + MARK + "\"]}")).doesNotContain(MARK);
      assertThat(service.out()).contains("postgresql").doesNotContain(MARK);
      assertThat(service.err()).doesNotContain(MARK);
      assertThat(ofProcesses("cmdline")).contains("tenant-api.jar").doesNotContain(MARK);
      assertThat(ofProcesses("environ")).contains("JWT_SECRET_FILE").doesNotContain(MARK);
    }
  }

  @Test
  void showsNoSecretThatItRefuses() throws Exception {
    for (var wrong :
        List.of(
            Map.of("JWT_SECRET", MARK),
            Map.of("ADMIN_TOKEN", MARK),
            Map.of("DATABASE_URL", "postgres://chat:" + MARK + "@local host/chat"),
            Map.of("RABBITMQ_URL", "amqp://chat:" + MARK + "@"),
            Map.of("REDIS_URL", "redis://chat:" + MARK + "@local host"))) {
      var environment = new HashMap<>(environment());
      environment.putAll(wrong);
      try (var service = JarProcess.start(environment, "server", "config.yml")) {
        assertThat(service.exit()).as(wrong.toString()).isNotZero();
        assertThat(service.out() + service.err()).isNotEmpty().doesNotContain(MARK);
      }
    }
  }

  @Test
  void refusesFilesThatCannotBeRead() throws Exception {
    var both = environmentWithFiles();
    both.put("JWT_SECRET", MARK);
    var missing = environmentWithFiles();
    missing.put("DATABASE_URL_FILE", directory.resolve("missing").toString());
    for (var wrong :
        Map.of(
                both, "JWT_SECRET_FILE and JWT_SECRET are both set",
                missing, "DATABASE_URL_FILE names a file that cannot be read")
            .entrySet()) {
      try (var service = JarProcess.start(wrong.getKey(), "check", "config.yml")) {
        assertThat(service.exit()).isEqualTo(1);
        assertThat(service.err()).contains(wrong.getValue()).hasLineCount(1).doesNotContain(MARK);
      }
    }
  }

  private String admin(String method, String path) throws IOException {
    try (var connection = new RawConnection(URI.create("http://localhost:" + adminPort))) {
      return connection
          .send(
              "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                  .formatted(method, path, TOKEN))
          .read()
          .text();
    }
  }

  private String login(String body) throws IOException {
    return api("POST /authentication/login", "Content-Type: application/json\r\n", body);
  }

  private String api(String route, String headers, String body) throws IOException {
    try (var connection = new RawConnection(URI.create("http://localhost:" + port))) {
      var answer =
          connection
              .send(
                  "%s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
                      .formatted(route, headers, body.getBytes(ISO_8859_1).length, body))
              .read();
      assertThat(answer.status()).as(route).isGreaterThanOrEqualTo(400);
      return answer.headers() + answer.text();
    }
  }

  /** Returns the command lines of all processes, as every user of the machine can read them. */
  /** Returns a file of all processes. */
  private static String ofProcesses(String file) throws IOException {
    try (var processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("\\d+"))
          .map(path -> readable(path.resolve(file)))
          .collect(Collectors.joining("\n"));
    }
  }

  private static String readable(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
