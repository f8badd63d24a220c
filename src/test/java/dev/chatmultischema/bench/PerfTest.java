package dev.chatmultischema.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The load generator of RabbitMQ, in a process of its own. */
final class PerfTest {

  private PerfTest() {}

  /** Returns the messages a second that one publisher sends, persistent and confirmed. */
  static double publish(String url, int seconds) throws IOException, InterruptedException {
    return rate(
        "sending",
        run(url, "-x", "1", "-y", "1", "-q", "500", "-A", "100", "-c", "500", "-z", "" + seconds));
  }

  /** Returns the messages a second that one consumer receives from a queue with a backlog. */
  static double consume(String url, String queue, int messages)
      throws IOException, InterruptedException {
    return rate(
        "receiving",
        run(
            url,
            "-x",
            "0",
            "-y",
            "1",
            "-q",
            "500",
            "-A",
            "100",
            "-D",
            "" + messages,
            "-u",
            queue,
            "-p"));
  }

  private static List<String> run(String url, String... options)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "com.rabbitmq.perf.PerfTest",
                "-h",
                // For this client, a missing or empty path is a virtual host without a name.
                url.replaceAll("/$", "") + "/%2F",
                "-s",
                "200",
                "-f",
                "persistent"));
    command.addAll(List.of(options));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      lines = output.lines().toList();
    }
    if (process.waitFor() != 0) {
      throw new IOException("PerfTest failed: " + String.join("\n", lines));
    }
    return lines;
  }

  private static double rate(String what, List<String> lines) throws IOException {
    var pattern = Pattern.compile(what + " rate avg: ([0-9.]+) msg/s");
    return lines.stream()
        .map(pattern::matcher)
        .filter(java.util.regex.Matcher::find)
        .mapToDouble(matcher -> Double.parseDouble(matcher.group(1)))
        .findFirst()
        .orElseThrow(() -> new IOException("PerfTest gave no rate:\n" + String.join("\n", lines)));
  }
}
