package dev.chatmultischema.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A command of the jar in a process of its own, whose output is read. */
public final class JarProcess implements AutoCloseable {

  private static final Set<String> SERVERS =
      Set.of("DATABASE_URL", "DATABASE_OWNER_URL", "RABBITMQ_URL", "REDIS_URL");

  private final Process process;
  private final Path out;
  private final Path err;

  private JarProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  public static JarProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", "target/tenant-api.jar"));
    command.addAll(List.of(arguments));
    var out = Files.createTempFile("chat", ".out");
    var err = Files.createTempFile("chat", ".err");
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    setEnvironment(builder, environment);
    // The launcher would report on standard error that it reads this variable.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return new JarProcess(builder.start(), out, err);
  }

  /** Sets variables, in place of those that name the servers of these tests. */
  public static void setEnvironment(ProcessBuilder builder, Map<String, String> environment) {
    builder.environment().keySet().removeAll(SERVERS);
    builder.environment().putAll(environment);
  }

  /** Waits for the end, and returns the exit code. */
  public int exit() throws InterruptedException {
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("does not end: " + out() + err());
    }
    return process.exitValue();
  }

  public String out() {
    return read(out);
  }

  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Sends SIGKILL, and waits for the end. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    exit();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    kill();
    Files.delete(out);
    Files.delete(err);
  }
}
