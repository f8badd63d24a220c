package dev.chatmultischema.prometheus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Skips a test if Prometheus is not installed, unless {@code TEST_PROMETHEUS=required}; {@code
 * ops/servers install-prometheus} installs it.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf("dev.chatmultischema.prometheus.NeedsPrometheus$Installed#here")
@interface NeedsPrometheus {

  /** Finds the programs of Debian's package. */
  final class Installed {

    private Installed() {}

    static boolean here() {
      return "required".equals(System.getenv("TEST_PROMETHEUS"))
          || Files.isExecutable(Path.of("/usr/bin/promtool"));
    }
  }
}
