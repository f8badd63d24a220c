package dev.chatmultischema.bench;

import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.ServiceProcess;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the cost of the number of tenants: the same work for ten tenants while all others exist
 * and are consumed, and the resources of the process.
 */
final class GrowthBenchmark {

  private static final int BUSY = 10;
  private static final int CREATED = 20;
  private static final int CLIENTS = 200;
  private static final int IDLE_SECONDS = 20;
  private static final int WARM_UP_SECONDS = 5;

  private final Deployment deployment;
  private final Report report;
  private final int seconds;
  private final int most;

  /**
   * @param most the largest number of tenants
   */
  GrowthBenchmark(Deployment deployment, Report report, int seconds, int most) {
    this.deployment = deployment;
    this.report = report;
    this.seconds = seconds;
    this.most = most;
  }

  void run() throws Exception {
    var sizes = Stream.of(BUSY, 1_000, most).filter(size -> size <= most).distinct().toList();
    var growth = new Growth();
    try (var manyTenants = new ManyTenants(deployment, Tenancy.EMAIL)) {
      for (int size : sizes) {
        manyTenants.growTo(size);
        System.out.printf("%,d tenants%n", size);
        growth.at(size);
        measure(manyTenants.tenants(), growth);
      }
    }
    report.add(growth);
  }

  private void measure(List<TenantId> tenants, Growth growth) throws Exception {
    long started = System.nanoTime();
    // One user owns all.
    try (var service = deployment.start("-Ddw.limits.userTenants=1000000")) {
      growth.add("ready after, s", since(started));
      awaitConsumed(service);
      growth.add("all consumed after, s", since(started));
      var busy = busy(service, tenants);
      System.out.println("Warming up");
      work(service, busy, WARM_UP_SECONDS, new Growth());
      System.out.println("Measuring");
      work(service, busy, seconds, growth);
      manyClients(service, busy.get(0), growth);
      idle(service, growth);
    }
  }

  private static double since(long started) {
    return (System.nanoTime() - started) / 1e9;
  }

  private static void awaitConsumed(ServiceProcess service) {
    await("consumers of all tenants")
        .atMost(Duration.ofMinutes(15))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> service.healthy("consumers"));
  }

  /** Posts with more clients than threads; the threads that this needs stay for a minute. */
  private static void manyClients(ServiceProcess service, Tenancy tenancy, Growth growth)
      throws Exception {
    var posted = Posts.single(Collections.nCopies(CLIENTS, tenancy), 3);
    growth.add(
        "threads with %d clients".formatted(CLIENTS), ProcessFigures.of(service.pid()).threads());
    System.out.printf("  %,d posts%n", posted.count());
  }

  private static void idle(ServiceProcess service, Growth growth) throws Exception {
    // Work in progress ends before the measurement.
    expectToLive(service, IDLE_SECONDS);
    var before = ProcessFigures.of(service.pid());
    long started = System.nanoTime();
    expectToLive(service, IDLE_SECONDS);
    var after = ProcessFigures.of(service.pid());
    var used = after.cpu().minus(before.cpu()).toNanos() / 1e9;
    growth.add("idle: processor, % of one", used / since(started) * 100);
    growth.add("idle: threads", after.threads());
    growth.add("idle: memory, MB", after.megabytes());
  }

  private static void expectToLive(ServiceProcess service, int seconds) throws Exception {
    if (service.awaitExit(seconds)) {
      throw new IOException("the service ended");
    }
  }

  /** Returns tenants from the whole range, not only the first ones. */
  private static List<Tenancy> busy(ServiceProcess service, List<TenantId> tenants)
      throws IOException {
    var token = Tenancy.login(service);
    return IntStream.range(0, BUSY)
        .mapToObj(i -> tenants.get(i * tenants.size() / BUSY))
        .map(tenant -> new Tenancy(service, token, tenant.toString()))
        .toList();
  }

  private static void work(ServiceProcess service, List<Tenancy> busy, int seconds, Growth growth)
      throws Exception {
    var single = Posts.single(busy, seconds);
    growth.add("single post, p50, ms", single.percentile(50));
    growth.add("single post, p99, ms", single.percentile(99));
    growth.add("batches of 500 stored a second", Posts.batches(busy.subList(0, 4), seconds));
    var pages = pages(busy, seconds);
    growth.add("page of 50 messages, p50, ms", pages.percentile(50));
    growth.add("page of 50 messages, p99, ms", pages.percentile(99));
    var created = new Latencies(CREATED);
    for (int i = 0; i < CREATED; i++) {
      long started = System.nanoTime();
      Tenancy.create(service, busy.get(0).token());
      created.add(System.nanoTime() - started);
    }
    growth.add("tenant created, p50, ms", created.percentile(50));
  }

  private static Latencies pages(List<Tenancy> busy, int seconds) throws IOException {
    var latencies = new Latencies(1_000_000);
    var connections = new ArrayList<HttpConnection>();
    try {
      for (var tenancy : busy) {
        connections.add(tenancy.connect());
      }
      long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      for (int i = 0; System.nanoTime() < end; i++) {
        long started = System.nanoTime();
        var answer = connections.get(i % BUSY).request("GET", "/messages?order=desc", new byte[0]);
        latencies.add(System.nanoTime() - started);
        Posts.expect(200, answer);
      }
    } finally {
      for (var connection : connections) {
        connection.close();
      }
    }
    return latencies;
  }
}
