package dev.chatmultischema.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Servers that {@code ops/servers} has started in a directory. */
record LocalServers(Path directory) implements AutoCloseable {

  /** The time in which each server must start: thousands of quorum queues take minutes. */
  private static final String START_SECONDS = "1800";

  private static final Pattern VARIABLE = Pattern.compile("([A-Z_]+)=(\\S+)");

  /** Starts one server of each kind. */
  static LocalServers start(Path directory) throws IOException, InterruptedException {
    run("start", directory.toString());
    return new LocalServers(directory);
  }

  /** Returns the variables of the file {@code env}. */
  Map<String, String> environment() throws IOException {
    var variables = new HashMap<String, String>();
    var text = VARIABLE.matcher(Files.readString(directory.resolve("env")));
    while (text.find()) {
      variables.put(text.group(1), text.group(2));
    }
    return variables;
  }

  /** Stops a server gracefully, and starts it; returns when it accepts connections. */
  void restart(String server) throws IOException, InterruptedException {
    run("restart", directory.toString(), server);
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("ops/servers"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).inheritIO();
    process.environment().put("START_SECONDS", START_SECONDS);
    int status = process.start().waitFor();
    if (status != 0) {
      throw new IOException(command + " failed with status " + status);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("stop", directory.toString());
  }
}
