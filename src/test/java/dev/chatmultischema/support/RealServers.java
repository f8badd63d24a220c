package dev.chatmultischema.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The servers that {@code ops/servers run} has started. */
public final class RealServers {

  /** The environment variable with their directory, which is not set for other servers. */
  public static final String DIRECTORY = "TEST_SERVERS";

  private static final File LOG = new File("target/servers.log");

  private RealServers() {}

  /** Runs a command of {@code ops/servers}, and returns its output. */
  public static String run(String command, String... arguments)
      throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("ops/servers", command, System.getenv(DIRECTORY)));
    line.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.appendTo(LOG)).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(String.join(" ", line)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", line)).isZero();
    return output;
  }
}
