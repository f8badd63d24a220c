package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The way of a message, beside RabbitMQ's load generator on one broker in one run. All versions are
 * warm, and under load in turns.
 */
final class MessageBenchmark {

  private static final int ROUNDS = 5;
  private static final int BACKLOGS = 3;

  /** Times the duration of a measurement. */
  private static final int MAX_WARM_UP = 20;

  private static final String BATCHES = "batches of %d, stored".formatted(Posts.BATCH);

  private final List<Deployment> deployments;
  private final Report report;
  private final int seconds;
  private final int windowSeconds;

  /**
   * @param deployments the version to measure, and the baseline if there is one
   */
  MessageBenchmark(List<Deployment> deployments, Report report, int seconds) {
    this.deployments = deployments;
    this.report = report;
    this.seconds = seconds;
    windowSeconds = Math.max(1, seconds / ROUNDS);
  }

  void run() throws Exception {
    withVersions(
        versions -> {
          singles(versions);
          atHalfTheRate(versions);
          besidePerfTest(versions);
        });
    backlogs();
  }

  /** Measures posts and batches alone, without RabbitMQ's load generator. */
  void runAlone() throws Exception {
    withVersions(
        versions -> {
          singles(versions);
          atHalfTheRate(versions);
          batches(versions);
          report.addVersions(
              BATCHES, figures(versions, MessageVersion::batchRate), other(), Report::perSecond);
        });
  }

  private interface Measurement {
    void of(List<MessageVersion> versions) throws Exception;
  }

  private void withVersions(Measurement measurement) throws Exception {
    var versions = new ArrayList<MessageVersion>();
    try {
      for (var deployment : deployments) {
        versions.add(new MessageVersion(deployment));
      }
      for (var version : versions) {
        version.warmUp(seconds * MAX_WARM_UP, windowSeconds);
      }
      measurement.of(versions);
    } finally {
      for (var version : versions) {
        version.close();
      }
    }
  }

  private String rabbitmq() {
    return deployments.get(0).rabbitmqUrl();
  }

  private void singles(List<MessageVersion> versions) throws IOException {
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.printf("Single posts: %d of %d%n", round, ROUNDS);
      for (var version : versions) {
        version.singles().window(TimeUnit.SECONDS.toNanos(windowSeconds));
      }
    }
    report.addVersions(
        "single posts at %d connections, stored and streamed".formatted(Load.CONNECTIONS),
        figures(versions, version -> version.singles().rate()),
        other(),
        Report::perSecond);
    for (var version : versions) {
      report.add("single post, answered" + of(version), version.singles().answered().toString());
      report.add(
          "single post, stored and streamed" + of(version),
          version.singles().streamed().toString());
    }
    processor("JVM", versions, Usage::jvm);
    processor("RabbitMQ", versions, Usage::broker);
    processor("PostgreSQL", versions, Usage::database);
  }

  private void processor(
      String process, List<MessageVersion> versions, ToDoubleFunction<Usage> part) {
    report.addVersions(
        "single post, processor of " + process,
        figures(versions, version -> part.applyAsDouble(version.singles().usage())),
        other(),
        "%.0f µs"::formatted);
  }

  private void atHalfTheRate(List<MessageVersion> versions) throws IOException {
    for (var version : versions) {
      var latencies = version.singles().atHalfTheRate(seconds);
      double p50 = latencies.percentile(50);
      report.add(
          "single posts at half that rate, answered" + of(version),
          latencies.toString(),
          "p50: %.1f ms".formatted(p50),
          latencies.percentile(99) / p50);
    }
  }

  private void besidePerfTest(List<MessageVersion> versions) throws Exception {
    System.out.println("PerfTest: one publisher, one consumer, persistent, confirmed");
    double published = PerfTest.publish(rabbitmq(), seconds);
    batches(versions);
    rates(BATCHES, figures(versions, MessageVersion::batchRate), "PerfTest publishing", published);
  }

  private void batches(List<MessageVersion> versions) throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.printf("Batches: %d of %d%n", round, ROUNDS);
      for (var version : versions) {
        version.batches(windowSeconds);
      }
    }
  }

  private void backlogs() throws Exception {
    var backlogs = new ArrayList<Backlog>();
    for (var deployment : deployments) {
      backlogs.add(new Backlog(deployment));
    }
    var consumed = new ArrayList<Double>();
    for (int round = 1; round <= BACKLOGS; round++) {
      System.out.printf("A backlog of %,d: %d of %d%n", Backlog.SIZE, round, BACKLOGS);
      consumed.add(Backlog.perfTest(rabbitmq()));
      for (var backlog : backlogs) {
        backlog.drain();
      }
    }
    rates(
        "backlog of %,d, stored".formatted(Backlog.SIZE),
        figures(backlogs, Backlog::rate),
        "PerfTest consuming",
        Median.of(consumed));
  }

  /** Adds the rates of all versions, and the first beside that of RabbitMQ's load generator. */
  private void rates(String what, List<Double> rates, String otherName, double other) {
    report.addRate(what, rates.get(0), otherName, other);
    if (rates.size() > 1) {
      report.addVersions(what, rates, other(), Report::perSecond);
    }
  }

  private static <T> List<Double> figures(List<T> versions, ToDoubleFunction<T> figure) {
    return versions.stream().map(figure::applyAsDouble).toList();
  }

  /** Returns the name of the version beside the first one. */
  private String other() {
    return deployments.get(deployments.size() - 1).name();
  }

  private String of(MessageVersion version) {
    return version.name().equals(deployments.get(0).name()) ? "" : ", " + version.name();
  }
}
