package dev.chatmultischema.bench;

import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.Installation;
import io.dropwizard.core.Application;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A Dropwizard service with its defaults, in a process of its own on the JDK of the service. */
record BareProcess(Process process, int port) implements Closeable {

  private static final Pattern ARCHIVE = Pattern.compile("AOTCache=|SharedArchiveFile=");

  private static final String CONFIGURATION =
      """
      server:
        applicationConnectors: [{type: http, port: %d}]
        adminConnectors: [{type: http, port: %d}]
        requestLog: {appenders: []}
      logging: {level: WARN}
      """;

  /** Starts a {@link BareService}. */
  static BareProcess bare(Deployment deployment) throws IOException {
    return start(deployment.installation(), BareService.class, Map.of());
  }

  /** Starts a {@link MinimalService} on the servers of a deployment. */
  static BareProcess minimal(Deployment deployment) throws IOException {
    return start(
        deployment.installation(), MinimalService.class, MinimalService.environment(deployment));
  }

  /**
   * Starts an application, and waits until it answers.
   *
   * @param environment more variables
   */
  private static BareProcess start(
      Installation installation,
      Class<? extends Application<?>> application,
      Map<String, String> environment)
      throws IOException {
    int port = FreePort.find();
    var configuration = Files.createTempFile("bare", ".yml");
    Files.writeString(configuration, CONFIGURATION.formatted(port, FreePort.find()));
    var log = new File("target/" + application.getSimpleName() + ".log");
    var builder =
        new ProcessBuilder(command(installation, application, configuration.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log);
    builder.environment().putAll(environment);
    var process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Awaitility.await(application.getSimpleName() + ", see " + log)
        .atMost(Duration.ofMinutes(1))
        .until(() -> answers(port));
    Files.delete(configuration);
    return new BareProcess(process, port);
  }

  /**
   * Returns the command with the service's options of the JVM, without an archive of its classes.
   */
  private static List<String> command(
      Installation installation, Class<? extends Application<?>> application, String file) {
    var command = new ArrayList<>(List.of(installation.java() + "/bin/java"));
    installation.jvmOptions().stream()
        .filter(option -> !ARCHIVE.matcher(option).find())
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(application.getName(), "server", file));
    return command;
  }

  private static boolean answers(int port) {
    try (var connection = new HttpConnection(port, "")) {
      return connection.request("GET", "/users/me", new byte[0]).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Returns the highest number of the messages that a {@link MinimalService} has stored. */
  long head() throws IOException {
    try (var connection = new HttpConnection(port, "")) {
      return Long.parseLong(connection.request("GET", "/head", new byte[0]).text());
    }
  }

  /** Waits until a {@link MinimalService} has stored the messages up to a number. */
  void awaitStored(long number) {
    Awaitility.await("stored")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> head() >= number);
  }

  /** Ends the process, and waits for its end. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
