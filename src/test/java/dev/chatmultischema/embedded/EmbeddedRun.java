package dev.chatmultischema.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.ChatApplication;
import dev.chatmultischema.ChatConfiguration;
import io.dropwizard.core.setup.Environment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.eclipse.jetty.server.Server;

/**
 * Runs the service with embedded servers, so that a machine needs no other setup: {@code mvn
 * -Pembedded}.
 *
 * <p>Ctrl-C stops the service first, then its servers.
 */
public final class EmbeddedRun {

  private static final String EMAIL = "demo@example.com";
  private static final String GUEST = "guest@example.com";
  private static final String TENANT = "Demo";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream out;
  private final String password = random(9);
  private volatile EmbeddedServers servers;
  private volatile Server server;

  private EmbeddedRun(PrintStream out) {
    this.out = out;
  }

  public static void main(String... arguments) throws Exception {
    new EmbeddedRun(System.out).run();
  }

  private void run() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "embedded-stop"));
    long started = System.nanoTime();
    servers = EmbeddedServers.start(line -> out.println("[" + seconds(started) + "] " + line));
    configure();
    out.println("[" + seconds(started) + "] Creating the tables");
    command("db", "migrate", "config.yml");
    out.println("[" + seconds(started) + "] Adding the demo user");
    command("user", "add", "--email", EMAIL, "--name", "Demo", "--role", "user", "config.yml");
    System.setProperty("dw.logging.level", "INFO");
    out.println("[" + seconds(started) + "] Starting the service");
    command("server", "config.yml");
    greet(started);
  }

  private static String seconds(long started) {
    return "%4.1f s".formatted((System.nanoTime() - started) / 1e9);
  }

  private static String random(int bytes) {
    var random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** Dropwizard reads settings from system properties with this prefix, which override the file. */
  private void configure() {
    var database = servers.newDatabase();
    System.setProperty("dw.database.url", DatabaseRoles.service(database));
    System.setProperty("dw.database.ownerUrl", DatabaseRoles.owner(database));
    System.setProperty("dw.amqp.url", servers.rabbitmqUrl());
    System.setProperty("dw.redis.url", servers.redisUrl());
    System.setProperty("dw.auth.secret", random(32));
    System.setProperty("dw.demo.enabled", "true");
    System.setProperty("dw.logging.level", "WARN");
  }

  private void command(String... arguments) throws Exception {
    var stdin = System.in;
    try {
      System.setIn(new ByteArrayInputStream((password + "\n").getBytes(UTF_8)));
      new Application().run(arguments);
    } finally {
      System.setIn(stdin);
    }
  }

  /** Keeps the server, so that it stops before its dependencies. */
  private final class Application extends ChatApplication {
    @Override
    public void run(ChatConfiguration config, Environment environment) {
      super.run(config, environment);
      environment.lifecycle().addServerLifecycleListener(started -> server = started);
    }
  }

  private void greet(long started) throws Exception {
    var port = System.getenv().getOrDefault("PORT", "9000");
    var adminPort = System.getenv().getOrDefault("ADMIN_PORT", "9001");
    var base = "http://localhost:" + port;
    var token =
        post(base + "/authentication/login", "", Map.of("email", EMAIL, "password", password))
            .get("token")
            .asText();
    var tenant =
        post(base + "/tenants", token, Map.of("tenant_name", TENANT)).get("tenant_id").asText();
    post(
        base + "/users",
        token,
        Map.of("name", "Guest", "email", GUEST, "password", password, "tenant_id", tenant));
    out.println(
        """

        Chat Multi Schema runs after %1$s. Ctrl-C stops all of it.

          Chat      %2$s/demo/   in two windows, as either user
          API       %2$s        documentation  %2$s/swagger
          Admin     http://localhost:%3$s        metrics        http://localhost:%3$s/prometheus
          Users     %4$s, %7$s   password  %5$s
          Tenant    %6$s

        Paste into another terminal, line by line:

          TOKEN=$(curl -s %2$s/authentication/login -H 'Content-Type: application/json' -d '{"email":"%4$s","password":"%5$s"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
          TENANT=%6$s
          curl -s %2$s/users/me -H "Authorization: Bearer $TOKEN"; echo
          curl -s %2$s/messages -H "Authorization: Bearer $TOKEN" -H "X-Tenant-ID: $TENANT" -H 'Content-Type: application/json' -d '{"content":{"text":"Hello"}}'; echo
          curl -s %2$s/messages -H "Authorization: Bearer $TOKEN" -H "X-Tenant-ID: $TENANT"; echo
          curl -sN --max-time 5 "%2$s/messages/stream?last_event_id=0" -H "Authorization: Bearer $TOKEN" -H "X-Tenant-ID: $TENANT"
          curl -s -X PUT %2$s/tenants/$TENANT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"workers":5}'; echo
          curl -s %2$s/health; echo
          curl -s "http://localhost:%3$s/health-check?type=ready"; echo
        """
            .formatted(seconds(started).trim(), base, adminPort, EMAIL, password, tenant, GUEST));
  }

  private static JsonNode post(String url, String token, Map<String, String> body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(
          "%s answered %d: %s".formatted(url, response.statusCode(), response.body()));
    }
    return JSON.readTree(response.body());
  }

  private void stop() {
    try {
      if (server != null) {
        server.stop();
      }
    } catch (Exception e) {
      out.println("The service did not stop cleanly: " + e);
    } finally {
      if (servers != null) {
        servers.close();
      }
      out.println("Stopped.");
    }
  }
}
