package dev.chatmultischema.bench;

import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures the cluster that {@code ops/servers run --cluster} has started, with quorum queues and a
 * synchronous standby, beside single servers with classic queues; and what many quorum queues cost.
 */
final class ClusterBenchmark {

  private static final Map<String, String> QUORUM = Map.of(Deployment.QUEUE_TYPE, "quorum");
  private static final List<String> NODES = List.of("rabbitmq-1", "rabbitmq-2", "rabbitmq-3");

  private final LocalServers cluster;
  private final Report report;
  private final int seconds;
  private final int most;

  /**
   * @param most the largest number of tenants
   */
  ClusterBenchmark(Report report, int seconds, int most) throws IOException {
    var directory = System.getenv("TEST_CLUSTER");
    if (directory == null) {
      throw new IOException("there is no cluster: run it by ops/servers run --cluster DIR");
    }
    this.cluster = new LocalServers(Path.of(directory));
    this.report = report;
    this.seconds = seconds;
    this.most = most;
  }

  void run() throws Exception {
    besideSingleServers();
    manyQueues();
  }

  private void besideSingleServers() throws Exception {
    var directory = Files.createTempDirectory("single");
    try (var single = LocalServers.start(directory);
        var backends = Backends.given(single.environment())) {
      var deployments =
          List.of(
              Deployment.built(Backends.shared(), "cluster", QUORUM),
              Deployment.built(backends, "single servers", Map.of()));
      new MessageBenchmark(deployments, report, seconds).runAlone();
    }
  }

  private void manyQueues() throws Exception {
    var growth = new Growth();
    var deployment = Deployment.built(Backends.shared(), "cluster", QUORUM);
    Tenancy poster;
    try (var service = deployment.start()) {
      poster = Tenancy.create(service);
    }
    try (var tenants = new ManyTenants(deployment, Tenancy.EMAIL)) {
      for (int size :
          Stream.of(10, 1_000, 2_500, most).filter(n -> n <= most).distinct().toList()) {
        tenants.growTo(size);
        growth.at(size);
        measure(deployment, poster, growth);
      }
    }
    report.add(growth);
  }

  private void measure(Deployment deployment, Tenancy poster, Growth growth) throws Exception {
    growth.add("memory of a node of RabbitMQ, MB", memory(deployment));
    for (var node : NODES) {
      System.out.println("Restarting " + node);
      long started = System.nanoTime();
      cluster.restart(node);
      growth.add("restart of " + node + ", s", since(started));
    }
    long started = System.nanoTime();
    try (var service = deployment.start()) {
      growth.add("service ready after, s", since(started));
      await("consumers of all tenants")
          .atMost(Duration.ofMinutes(15))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> service.healthy("consumers"));
      growth.add("all consumed after, s", since(started));
      var tenancy = new Tenancy(service, poster.token(), poster.tenant());
      Posts.single(List.of(tenancy), seconds);
      growth.add("single post, p50, ms", Posts.single(List.of(tenancy), seconds).percentile(50));
    }
  }

  private static double memory(Deployment deployment) throws IOException {
    var each = new ArrayList<Double>();
    for (var node : Servers.of(deployment).brokers()) {
      each.add(ProcessFigures.of(node.root()).megabytes());
    }
    return Median.of(each);
  }

  private static double since(long started) {
    return (System.nanoTime() - started) / 1e9;
  }
}
