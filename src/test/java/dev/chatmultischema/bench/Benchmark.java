package dev.chatmultischema.bench;

import dev.chatmultischema.ServiceProcess;
import dev.chatmultischema.embedded.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * Measures the service as it is deployed, on the servers that {@code TEST_…_URL} name: {@code
 * ops/servers run DIRECTORY mvn -Pbench}. Without them the embedded ones are used, whose broker is
 * not the one that counts.
 */
public final class Benchmark {

  /** 1 where Linux shares the processors between sessions first, and only then within one. */
  private static final Path AUTOGROUPS = Path.of("/proc/sys/kernel/sched_autogroup_enabled");

  private Benchmark() {}

  public static void main(String... arguments) throws Exception {
    boolean autogroups = autogroups();
    if (autogroups) {
      System.out.println(
          """
          Each server has a session, and Linux shares the processors between sessions: under load \
          a server may get none for 300 ms.
          For figures without that: sysctl -w kernel.sched_autogroup_enabled=0""");
    }
    int seconds = Integer.getInteger("bench.seconds", 10);
    var parts =
        List.of(System.getProperty("bench.parts", "messages,fairness,streams,growth").split(","));
    var backends = Backends.shared();
    var report = new Report();
    if (parts.contains("messages")) {
      new MessageBenchmark(environment(backends), report, seconds).run();
    }
    if (parts.contains("fairness")) {
      new FairnessBenchmark(environment(backends), report, seconds).run();
    }
    if (parts.contains("streams")) {
      new StreamBenchmark(environment(backends), report, seconds).run();
    }
    if (parts.contains("growth")) {
      int tenants = Integer.getInteger("bench.tenants", 10_000);
      new GrowthBenchmark(environment(backends), report, seconds, tenants).run();
    }
    report.write(
        Path.of("target/benchmark.md"),
        "Measured on %s: %d processors%s, Java %s, %s broker, %d s each; client and servers on the same machine."
            .formatted(
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                autogroups ? " with autogroups" : "",
                Runtime.version().feature(),
                backends.embedded() ? "embedded" : "RabbitMQ",
                seconds));
  }

  private static boolean autogroups() throws IOException {
    return Files.exists(AUTOGROUPS) && Files.readString(AUTOGROUPS).strip().equals("1");
  }

  /** With a database of its own, in which there is one user. */
  private static Map<String, String> environment(Backends backends) throws Exception {
    var environment =
        ServiceProcess.environment(
            backends.newDatabase(), backends.rabbitmqUrl(), backends.redisUrl());
    ServiceProcess.command(environment, "", "db", "migrate", "config.yml");
    ServiceProcess.command(
        environment,
        Tenancy.PASSWORD + "\n",
        "user",
        "add",
        "--email",
        Tenancy.EMAIL,
        "--name",
        "Bench",
        "--role",
        "user",
        "config.yml");
    return environment;
  }
}
