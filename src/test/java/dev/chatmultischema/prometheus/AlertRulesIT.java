package dev.chatmultischema.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Evaluates the alert rules with Prometheus' own tool. */
@NeedsPrometheus
class AlertRulesIT {

  @Test
  void everyAlertFiresInItsTest() throws Exception {
    promtool("test", "rules", "tests.yml");
  }

  @Test
  void theConfigurationIsValid() throws Exception {
    promtool("check", "config", "prometheus.yml");
  }

  private static void promtool(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command)
            .directory(new File("ops/prometheus"))
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("SUCCESS");
  }
}
