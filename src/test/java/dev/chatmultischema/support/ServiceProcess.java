package dev.chatmultischema.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.embedded.FreePort;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/** The service as it is deployed: its jar in a process of its own. */
public final class ServiceProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final File LOG = new File("target/service.log");

  private final Process process;
  private final int port;
  private final int adminPort;
  private final long logStart;

  private ServiceProcess(Process process, int port, int adminPort, long logStart) {
    this.process = process;
    this.port = port;
    this.adminPort = adminPort;
    this.logStart = logStart;
  }

  /** Returns the environment that names servers and a secret. */
  public static Map<String, String> environment(String database, String rabbitmq, String redis) {
    var environment = new HashMap<>(DatabaseRoles.environment(database));
    environment.put("RABBITMQ_URL", rabbitmq);
    environment.put("REDIS_URL", redis);
    environment.put("JWT_SECRET", "a secret for tests and benchmarks alone");
    return environment;
  }

  /** Runs one of the jar's commands to its end. */
  public static void command(Map<String, String> environment, String stdin, String... arguments)
      throws IOException, InterruptedException {
    command(Installation.BUILT, environment, stdin, arguments);
  }

  /** Runs one of the commands of an installation's jar to its end. */
  public static void command(
      Installation installation, Map<String, String> environment, String stdin, String... arguments)
      throws IOException, InterruptedException {
    var process = launch(installation, environment, List.of(), arguments);
    try (var input = process.getOutputStream()) {
      input.write(stdin.getBytes(UTF_8));
    }
    if (process.waitFor() != 0) {
      throw new IOException(Arrays.toString(arguments) + " failed, see " + LOG);
    }
  }

  private static Process launch(
      Installation installation,
      Map<String, String> environment,
      List<String> jvmOptions,
      String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of(installation.java() + "/bin/java"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", "target/tenant-api.jar"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(installation.directory().toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(LOG));
    JarProcess.setEnvironment(builder, environment);
    var process = builder.start();
    // Otherwise it would outlive a benchmark that is stopped by a signal.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  /** Starts the service and waits until it is ready. */
  public static ServiceProcess start(Map<String, String> environment, String... jvmOptions)
      throws IOException {
    return start(Installation.BUILT, environment, jvmOptions);
  }

  /**
   * Starts the service of an installation and waits until it is ready.
   *
   * @param jvmOptions added to those of the installation
   */
  public static ServiceProcess start(
      Installation installation, Map<String, String> environment, String... jvmOptions)
      throws IOException {
    var all = new HashMap<>(environment);
    int port = all.containsKey("PORT") ? Integer.parseInt(all.get("PORT")) : FreePort.find();
    int adminPort = FreePort.find();
    all.put("PORT", String.valueOf(port));
    all.put("ADMIN_PORT", String.valueOf(adminPort));
    long logStart = LOG.length();
    var options = new ArrayList<>(installation.jvmOptions());
    options.addAll(List.of(jvmOptions));
    var process = launch(installation, all, options, "server", "config.yml");
    var service = new ServiceProcess(process, port, adminPort, logStart);
    service.awaitReady();
    return service;
  }

  private void awaitReady() {
    try {
      Awaitility.await("readiness, see " + LOG)
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(20))
          .failFast("the service ended, see " + LOG, () -> !process.isAlive())
          .until(this::ready);
    } catch (ConditionTimeoutException | TerminalFailureException e) {
      kill();
      throw e;
    }
  }

  private boolean ready() {
    try (var admin = new HttpConnection(adminPort, "")) {
      return admin.request("GET", "/health-check?type=ready", new byte[0]).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  public URI uri() {
    return URI.create("http://localhost:" + port);
  }

  public int adminPort() {
    return adminPort;
  }

  public HttpConnection connect(String... headers) throws IOException {
    var lines = new StringBuilder("Content-Type: application/json\r\n");
    for (var header : headers) {
      lines.append(header).append("\r\n");
    }
    return new HttpConnection(port, lines.toString());
  }

  /** Posts JSON and reads JSON; anything but a 2xx is an error. */
  public JsonNode post(String path, Object body, String... headers) throws IOException {
    try (var connection = connect(headers)) {
      var answer = connection.request("POST", path, JSON.writeValueAsBytes(body));
      if (answer.status() >= 300) {
        throw new IOException(path + " answered " + answer.status() + ": " + answer.text());
      }
      return JSON.readTree(answer.body());
    }
  }

  /** Executes a task on the admin port, and returns the status of the response. */
  public int task(String nameAndQuery) throws IOException {
    try (var admin = new HttpConnection(adminPort, "")) {
      return admin.request("POST", "/tasks/" + nameAndQuery, new byte[0]).status();
    }
  }

  /** Returns the response of the admin port to a request without a body. */
  public HttpConnection.Response admin(String method, String path) throws IOException {
    try (var admin = new HttpConnection(adminPort, "")) {
      return admin.request(method, path, new byte[0]);
    }
  }

  /** Returns whether a health check, as in {@code consumers}, is healthy. */
  public boolean healthy(String check) throws IOException {
    try (var admin = new HttpConnection(adminPort, "")) {
      var answer = admin.request("GET", "/healthcheck", new byte[0]);
      return JSON.readTree(answer.body()).at("/" + check + "/healthy").asBoolean();
    }
  }

  /** Returns the sum of a metric's samples. */
  public double metric(String name) throws IOException {
    try (var admin = new HttpConnection(adminPort, "")) {
      var path = "/prometheus?name%5B%5D=" + name;
      var text = admin.request("GET", path, new byte[0]).text();
      return Pattern.compile("^" + name + "(?:\\{[^}]*\\})? (\\S+)", Pattern.MULTILINE)
          .matcher(text)
          .results()
          .mapToDouble(match -> Double.parseDouble(match.group(1)))
          .sum();
    }
  }

  /** Returns the size of the heap after a full collection, in megabytes of 1,000,000 bytes. */
  public double heapMegabytes() throws IOException {
    task("gc");
    try (var admin = new HttpConnection(adminPort, "")) {
      var metrics = JSON.readTree(admin.request("GET", "/metrics", new byte[0]).body());
      return metrics.at("/gauges/jvm.memory.heap.used/value").asDouble() / 1e6;
    }
  }

  /** Returns the log since the start, including that of other processes at that time. */
  public String log() throws IOException {
    try (var log = new FileInputStream(LOG)) {
      log.skipNBytes(logStart);
      return new String(log.readAllBytes(), UTF_8);
    }
  }

  /** Waits until a metric has reached a value, and returns the nanoseconds until then. */
  public long await(String metric, double value) {
    long started = System.nanoTime();
    Awaitility.await(metric)
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> metric(metric), reached -> reached >= value);
    return System.nanoTime() - started;
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Sends SIGSTOP: its connections stay open, and it does nothing. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Sends SIGCONT. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-s", name, String.valueOf(pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("no " + name + " to process " + pid());
    }
  }

  /** Waits for the end of the process; returns false after the timeout. */
  public boolean awaitExit(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
