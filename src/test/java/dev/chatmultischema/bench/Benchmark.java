package dev.chatmultischema.bench;

import dev.chatmultischema.embedded.Backends;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

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
      new MessageBenchmark(versions(backends), report, seconds).run();
    }
    if (parts.contains("fairness")) {
      new FairnessBenchmark(Deployment.built(backends), report, seconds).run();
    }
    if (parts.contains("streams")) {
      new StreamBenchmark(Deployment.built(backends), report, seconds).run();
    }
    if (parts.contains("growth")) {
      int tenants = Integer.getInteger("bench.tenants", 10_000);
      new GrowthBenchmark(Deployment.built(backends), report, seconds, tenants).run();
    }
    if (parts.contains("cost")) {
      new CostBenchmark(versions(backends), report, seconds).run();
    }
    if (parts.contains("floor")) {
      new FloorBenchmark(versions(backends), report, seconds).run();
    }
    if (parts.contains("logins")) {
      new LoginBenchmark(Deployment.built(backends), report, seconds).run();
    }
    if (parts.contains("start")) {
      new StartBenchmark(versions(backends), report, seconds).run();
    }
    if (parts.contains("cluster")) {
      new ClusterBenchmark(report, seconds, Integer.getInteger("bench.tenants", 5_000)).run();
    }
    report.write(
        Path.of("target/benchmark.md"),
        "Measured on %s: %d processors%s, %s, %s broker, %d s each; client and servers on the same machine."
            .formatted(
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                autogroups ? " with autogroups" : "",
                Deployment.jvms(),
                backends.embedded() ? "embedded" : "RabbitMQ",
                seconds));
  }

  /** Returns the version to measure, and the baseline if there is one. */
  private static List<Deployment> versions(Backends backends) throws Exception {
    var versions = new ArrayList<>(List.of(Deployment.built(backends)));
    Deployment.baseline(backends).ifPresent(versions::add);
    return versions;
  }
}
