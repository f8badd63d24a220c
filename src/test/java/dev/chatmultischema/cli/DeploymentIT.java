package dev.chatmultischema.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.JarProcess;
import dev.chatmultischema.support.ServiceProcess;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, started as in existing deployments. */
class DeploymentIT {

  private static final Pattern LISTENING =
      Pattern.compile("listening on http://\\S+?:(\\d+), admin http://\\S+?:(\\d+)");

  @TempDir Path directory;
  private Map<String, String> environment;

  @BeforeEach
  void migrate() {
    var backends = Backends.shared();
    // Tasks of other tests would wait for the receipts of a process that was killed here.
    var databaseUrl = backends.newDatabase();
    environment =
        new HashMap<>(
            ServiceProcess.environment(databaseUrl, backends.rabbitmqUrl(), backends.redisUrl()));
    ChatService.migrate(databaseUrl);
  }

  @Test
  void logsItsPorts() throws Exception {
    environment.putAll(Map.of("PORT", "0", "ADMIN_PORT", "0"));
    try (var service = JarProcess.start(environment, "server", "config.yml")) {
      await().atMost(Duration.ofMinutes(1)).until(() -> LISTENING.matcher(service.out()).find());
      var ports = LISTENING.matcher(service.out());
      assertThat(ports.find()).isTrue();
      try (var api = new HttpConnection(Integer.parseInt(ports.group(1)), "");
          var admin = new HttpConnection(Integer.parseInt(ports.group(2)), "")) {
        assertThat(api.request("GET", "/openapi.json", new byte[0]).status()).isEqualTo(200);
        assertThat(admin.request("GET", "/health-check?type=alive", new byte[0]).status())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void reportsAPortInUseInOneLine() throws Exception {
    try (var other = new ServerSocket(0)) {
      environment.putAll(Map.of("PORT", String.valueOf(other.getLocalPort()), "ADMIN_PORT", "0"));
      try (var service = JarProcess.start(environment, "server", "config.yml")) {
        assertThat(service.exit()).isOne();
        assertThat(service.err())
            .hasLineCount(1)
            .contains(":" + other.getLocalPort() + ": the port is in use")
            .contains("PORT");
        assertThat(service.out()).doesNotContain("\tat ");
      }
    }
  }

  @Test
  void reachesServersWhoseNamesHaveAnUnderscore() throws Exception {
    var hosts = Files.createFile(directory.resolve("hosts"));
    environment.replaceAll(
        (variable, value) -> variable.endsWith("_URL") ? renamed(variable, value, hosts) : value);
    assertThat(environment.get("DATABASE_URL")).contains("@database_url_1:");

    try (var service =
        ServiceProcess.start(environment, "-Djdk.net.hosts.file=" + hosts.toAbsolutePath())) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.healthy("redis") && service.healthy("rabbitmq"));
      assertThat(service.healthy("postgresql")).isTrue();
    }
  }

  private static String renamed(String variable, String url, Path hosts) {
    var host = URI.create(url).getHost();
    var name = variable.toLowerCase(java.util.Locale.ROOT) + "_1";
    try {
      var address = java.net.InetAddress.getByName(host).getHostAddress();
      Files.writeString(
          hosts, address + " " + name + "\n", java.nio.file.StandardOpenOption.APPEND);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    int at = url.lastIndexOf(host);
    return "\n" + url.substring(0, at) + name + url.substring(at + host.length()) + " \n";
  }
}
