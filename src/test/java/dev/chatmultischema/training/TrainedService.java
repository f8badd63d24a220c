package dev.chatmultischema.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.JarProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A process of the jar that records an archive, and the load on it: posts, reads and a stream. */
final class TrainedService implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CLIENTS = 8;
  private static final String PASSWORD = "a password for training";

  private final List<String> jar;
  private final Map<String, String> environment;
  private final int port = FreePort.find();
  private final int adminPort = FreePort.find();
  private Process process;

  private TrainedService(List<String> jar) {
    this.jar = jar;
    var backends = Backends.shared();
    environment =
        Map.of(
            "DATABASE_URL", backends.databaseUrl(),
            "RABBITMQ_URL", backends.rabbitmqUrl(),
            "REDIS_URL", backends.redisUrl(),
            "JWT_SECRET", "a secret for a training run, and for nothing else",
            "PORT", String.valueOf(port),
            "ADMIN_PORT", String.valueOf(adminPort));
  }

  /** Migrates, adds a user, starts the service with a JVM option, and waits until it is ready. */
  static TrainedService start(String jar, String configuration, Path options, String recording)
      throws IOException, InterruptedException {
    var service = new TrainedService(List.of("-jar", jar));
    service.command("", "db", "migrate", configuration);
    service.command(
        PASSWORD + "\n",
        "user",
        "add",
        "--email",
        "t@example.com",
        "--name",
        "T",
        "--role",
        "admin",
        configuration);
    service.process = service.launch(List.of("@" + options, recording), "server", configuration);
    try {
      Awaitility.await("readiness")
          .atMost(Duration.ofMinutes(2))
          .failFast("the service ended", () -> !service.process.isAlive())
          .until(service::isReady);
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
    return service;
  }

  private Process launch(List<String> options, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(options);
    command.addAll(jar);
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    JarProcess.setEnvironment(builder, environment);
    var launched = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(launched::destroyForcibly));
    return launched;
  }

  private void command(String stdin, String... arguments) throws IOException, InterruptedException {
    var command = launch(List.of(), arguments);
    try (var input = command.getOutputStream()) {
      input.write(stdin.getBytes(UTF_8));
    }
    if (command.waitFor() != 0) {
      throw new IOException(String.join(" ", arguments) + " failed");
    }
  }

  private boolean isReady() {
    try (var admin = new HttpConnection(adminPort, "")) {
      return admin.request("GET", "/health-check?type=ready", new byte[0]).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Logs in, creates a tenant, and sends requests for a time while a stream is open. */
  void load(Duration time) throws IOException, InterruptedException {
    var login =
        send("/authentication/login", Map.of("email", "t@example.com", "password", PASSWORD));
    var token = "Authorization: Bearer " + login.get("token").asText();
    var tenant =
        send("/tenants", Map.of("tenant_name", "Training"), token).get("tenant_id").asText();
    var headers = new String[] {token, "X-Tenant-ID: " + tenant};
    var deadline = System.nanoTime() + time.toNanos();
    var clients = Executors.newCachedThreadPool();
    try {
      read(clients, headers);
      var running = new ArrayList<Future<Void>>();
      for (int client = 0; client < CLIENTS; client++) {
        Callable<Void> requests = () -> request(deadline, headers);
        running.add(clients.submit(requests));
      }
      for (var client : running) {
        client.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the load failed", e.getCause());
    } finally {
      clients.shutdownNow();
    }
  }

  /** Opens a stream from the tenant's first message on. */
  private void read(ExecutorService clients, String... headers) {
    var request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/messages/stream?last_event_id=0"));
    for (var header : headers) {
      var colon = header.indexOf(": ");
      request.header(header.substring(0, colon), header.substring(colon + 2));
    }
    var unused =
        HttpClient.newBuilder()
            .executor(clients)
            .build()
            .sendAsync(request.build(), BodyHandlers.discarding());
  }

  /** Sends mostly single posts, which most deployments get most, and some of each other request. */
  private Void request(long deadline, String... headers) throws IOException {
    var message = Map.of("content", Map.of("n", 0, "text", "x".repeat(170)));
    var post = JSON.writeValueAsBytes(message);
    var batch = JSON.writeValueAsBytes(Map.of("messages", List.of(message, message, message)));
    try (var connection = connect(headers)) {
      while (System.nanoTime() < deadline) {
        for (int i = 0; i < 8; i++) {
          expect(connection.request("POST", "/messages", post));
        }
        expect(connection.request("POST", "/messages/batch", batch));
        expect(connection.request("GET", "/messages?limit=50&order=desc", new byte[0]));
        expect(connection.request("GET", "/users/me", new byte[0]));
      }
    }
    return null;
  }

  private HttpConnection connect(String... headers) throws IOException {
    var lines = new StringBuilder("Content-Type: application/json\r\n");
    for (var header : headers) {
      lines.append(header).append("\r\n");
    }
    return new HttpConnection(port, lines.toString());
  }

  private JsonNode send(String path, Map<String, ?> body, String... headers) throws IOException {
    try (var connection = connect(headers)) {
      var response = connection.request("POST", path, JSON.writeValueAsBytes(new HashMap<>(body)));
      expect(response);
      return JSON.readTree(response.body());
    }
  }

  private static void expect(HttpConnection.Response response) throws IOException {
    if (response.status() >= 300) {
      throw new IOException("responded " + response.status() + ": " + response.text());
    }
  }

  /** Ends the service; returns when its JVM has written the archive. */
  void end() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      throw new IOException("the JVM has not written its archive in 5 minutes");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
