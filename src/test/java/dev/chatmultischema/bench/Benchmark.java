package dev.chatmultischema.bench;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ServiceProcess;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * Measures the deployed service on the servers of {@code TEST_…_URL}: {@code ops/servers run
 * DIRECTORY mvn -Pbench}. Without them it uses the embedded servers, whose broker is not RabbitMQ.
 */
public final class Benchmark {

  private Benchmark() {}

  public static void main(String... arguments) throws Exception {
    boolean autogroups = !Autogroups.off();
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

  /** Returns the environment with a new database, in which there is one user. */
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
