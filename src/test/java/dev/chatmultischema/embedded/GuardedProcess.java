package dev.chatmultischema.embedded;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * A server process with a directory of its own, which ignores Ctrl-C of a terminal and never
 * outlives this JVM, not even a killed one.
 *
 * <p>A shell, the guard, is between the JVM and the server. It reads a pipe to which nothing is
 * written: the end of the pipe means that the server is closed or the JVM has ended, and the guard
 * stops the server, by force after ten seconds, and removes the directory.
 */
public final class GuardedProcess implements AutoCloseable {

  private static final int STOP_SECONDS = 20;
  private static final String LOG = "server.log";

  /** The arguments: the signal that stops the server, the directory, and the server's command. */
  private static final String GUARD =
      """
      signal=$1 directory=$2
      shift 2
      exec 3<&0
      # Without setsid, a process group of its own isolates the server from the terminal.
      [ -n "$OWN_SESSION" ] || set -m 2>/dev/null
      "$@" </dev/null >"$directory/server.log" 2>&1 3<&- &
      server=$!
      trap '' HUP INT TERM
      echo "$server"
      exec >/dev/null 2>&1
      (
        read -r _ <&3
        [ -e "$directory/gone" ] || kill -s "$signal" "$server"
        tries=0
        while [ ! -e "$directory/gone" ] && [ $tries -lt 100 ]; do
          sleep 0.1
          tries=$((tries + 1))
        done
        [ -e "$directory/gone" ] || kill -s KILL "$server"
      ) &
      stopper=$!
      exec 3<&-
      wait "$server"
      : >"$directory/gone"
      wait "$stopper"
      rm -rf "$directory"
      """;

  private final String name;
  private final Path directory;
  private final Process guard;
  private final long pid;

  private GuardedProcess(String name, Path directory, Process guard, long pid) {
    this.name = name;
    this.directory = directory;
    this.guard = guard;
    this.pid = pid;
  }

  /** Prepares the directory of a server and returns the server's command. */
  public interface Preparation {

    List<String> command(Path directory) throws IOException;
  }

  /**
   * Creates a directory and starts a server in it; if that fails, removes both and throws {@link
   * UncheckedIOException} or the exception of the preparation.
   *
   * @param name the name of the server in errors
   * @param stopSignal the name of the signal that makes the server stop, such as {@code TERM}
   */
  public static GuardedProcess start(String name, String stopSignal, Preparation preparation) {
    try {
      var directory =
          Files.createTempDirectory("chat-%s-".formatted(name.toLowerCase(Locale.ROOT)));
      try {
        return guard(name, directory, stopSignal, preparation.command(directory));
      } catch (IOException | RuntimeException e) {
        FileUtils.deleteQuietly(directory.toFile());
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be started".formatted(name), e);
    }
  }

  private static GuardedProcess guard(
      String name, Path directory, String stopSignal, List<String> command) throws IOException {
    var ownSession = onPath("setsid");
    var guarded = new ArrayList<String>();
    if (ownSession) {
      guarded.add("setsid");
    }
    guarded.addAll(List.of("sh", "-c", GUARD, name, stopSignal, directory.toString()));
    guarded.addAll(command);
    var builder = new ProcessBuilder(guarded).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("OWN_SESSION", ownSession ? "yes" : "");
    var guard = builder.start();
    var output =
        new BufferedReader(
            new InputStreamReader(guard.getInputStream(), StandardCharsets.US_ASCII));
    return new GuardedProcess(name, directory, guard, Long.parseLong(output.readLine()));
  }

  /**
   * Waits until the server responds; if it ends before or takes too long, removes it and throws
   * {@link IllegalStateException} with its output.
   */
  public void awaitStart(Duration patience, Callable<Boolean> answers) {
    try {
      await()
          .atMost(patience)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .failFast(() -> !isRunning())
          .until(answers);
    } catch (ConditionTimeoutException | TerminalFailureException e) {
      var failure = failure("does not start");
      failure.addSuppressed(e);
      close();
      throw failure;
    }
  }

  /** Returns the directory, which is removed with the server. */
  Path directory() {
    return directory;
  }

  /** Returns the process id of the server itself. */
  public long pid() {
    return pid;
  }

  boolean isRunning() {
    return guard.isAlive() && !Files.exists(directory.resolve("gone"));
  }

  /** Returns the error for a server that ended or is not ready, with the end of its output. */
  IllegalStateException failure(String what) {
    return new IllegalStateException(
        "%s %s (running=%b, directory=%s):%n%s"
            .formatted(name, what, isRunning(), directory, output()));
  }

  /** Stops the server and removes its directory; throws after 20 seconds. */
  @Override
  public void close() {
    try {
      guard.getOutputStream().close();
      if (!guard.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        throw failure("did not stop within %d s".formatted(STOP_SECONDS));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      // The guard finishes by itself.
      Thread.currentThread().interrupt();
    }
  }

  static boolean onPath(String command) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /** Returns the end of the server's output. */
  String output() {
    try (var lines = Files.lines(directory.resolve(LOG), StandardCharsets.ISO_8859_1)) {
      var all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "(no output: %s)".formatted(e);
    }
  }
}
