package dev.chatmultischema.bench;

import dev.chatmultischema.ServiceProcess;
import dev.chatmultischema.embedded.Backends;
import java.nio.file.Path;
import java.time.LocalDate;

/**
 * Measures the service as it is deployed, on the servers that {@code TEST_…_URL} name: {@code
 * ops/servers run DIRECTORY mvn -Pbench}. Without them the embedded ones are used, whose broker is
 * not the one that counts.
 */
public final class Benchmark {

  private Benchmark() {}

  public static void main(String... arguments) throws Exception {
    int seconds = Integer.getInteger("bench.seconds", 10);
    var backends = Backends.shared();
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
    var report = new Report();
    new MessageBenchmark(environment, report, seconds).run();
    report.write(
        Path.of("target/benchmark.md"),
        "Measured on %s: %d processors, Java %s, %s broker, %d s each; client and servers on the same machine."
            .formatted(
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature(),
                backends.embedded() ? "embedded" : "RabbitMQ",
                seconds));
  }
}
