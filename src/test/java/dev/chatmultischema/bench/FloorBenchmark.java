package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleFunction;

/**
 * The way of a post in the service beside that in {@link MinimalService}, which shows how far the
 * service could get on this stack: its start, its warm-up, its rate, its latencies, and the rate of
 * a backlog.
 */
final class FloorBenchmark implements Table {

  private static final int ROUNDS = 5;
  private static final int STARTS = 3;
  private static final double NEAR = 0.8;

  // Times the duration of a measurement.
  private static final int MAX_WARM_UP = 40;
  private static final int RAMP = 15;
  private static final int STEADY = 3;

  private static final int MAX_MESSAGES = 1_000_000;

  private record Row(String what, List<Double> figures, DoubleFunction<String> format) {}

  private final List<Deployment> deployments;
  private final Report report;
  private final int seconds;
  private final List<PostTarget> targets = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param deployments the version to measure, and the baseline if there is one
   */
  FloorBenchmark(List<Deployment> deployments, Report report, int seconds) {
    this.deployments = deployments;
    this.report = report;
    this.seconds = seconds;
  }

  void run() throws Exception {
    for (var deployment : deployments) {
      targets.add(PostTarget.of(deployment));
    }
    targets.add(PostTarget.floor(deployments.get(0)));
    add(
        "start of the process to its first response",
        Starts.of(targets, STARTS),
        "%.2f s"::formatted);
    ramps();
    posts();
    backlogs();
    report.add(this);
  }

  private void ramps() throws IOException {
    var rates = new ArrayList<Double>();
    var times = new ArrayList<Double>();
    for (var target : targets) {
      var ramp = Ramp.of(target, RAMP * seconds);
      double steady = ramp.steadyRate(STEADY * seconds);
      rates.add(steady);
      times.add(ramp.secondsUntil(NEAR * steady));
    }
    add(
        "single posts at %d connections, last %d of the first %d s"
            .formatted(Load.CONNECTIONS, STEADY * seconds, RAMP * seconds),
        rates,
        Report::perSecond);
    add("first request to %.0f %% of that rate".formatted(NEAR * 100), times, "%.1f s"::formatted);
  }

  private void posts() throws Exception {
    var loads = new ArrayList<FloorLoad>();
    try {
      for (var target : targets) {
        loads.add(new FloorLoad(target));
      }
      for (var load : loads) {
        load.warmUp(MAX_WARM_UP * seconds, TimeUnit.SECONDS.toNanos(seconds));
      }
      var rates = rates(loads);
      add(
          "single posts at %d connections, warm and stored".formatted(Load.CONNECTIONS),
          rates,
          Report::perSecond);
      var latencies = latencies(loads, rates);
      add("at half that rate: p50", percentiles(latencies, 50), "%.1f ms"::formatted);
      add("at half that rate: p99", percentiles(latencies, 99), "%.1f ms"::formatted);
    } finally {
      for (var load : loads) {
        load.close();
      }
    }
  }

  private List<Double> rates(List<FloorLoad> loads) throws IOException {
    Map<FloorLoad, List<Double>> rates = new LinkedHashMap<>();
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.printf("Single posts: %d of %d%n", round, ROUNDS);
      for (var load : loads) {
        double rate = load.rate(TimeUnit.SECONDS.toNanos(seconds));
        rates.computeIfAbsent(load, first -> new ArrayList<>()).add(rate);
      }
    }
    return rates.values().stream().map(Median::of).toList();
  }

  /** Returns the latencies of each, at half its own rate, in turns. */
  private List<Latencies> latencies(List<FloorLoad> loads, List<Double> rates) throws IOException {
    var latencies = new ArrayList<Latencies>();
    loads.forEach(load -> latencies.add(new Latencies(MAX_MESSAGES)));
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.printf("Posts at half the rate: %d of %d%n", round, ROUNDS);
      for (int i = 0; i < loads.size(); i++) {
        loads.get(i).at(rates.get(i) / 2, TimeUnit.SECONDS.toNanos(seconds), latencies.get(i));
      }
    }
    return latencies;
  }

  private static List<Double> percentiles(List<Latencies> latencies, double percent) {
    return latencies.stream().map(all -> all.percentile(percent)).toList();
  }

  private void backlogs() throws Exception {
    var rabbitmq = deployments.get(0).rabbitmqUrl();
    double[][] rates = new double[targets.size() + 1][STARTS];
    for (int round = 0; round < STARTS; round++) {
      System.out.printf("A backlog of %,d: %d of %d%n", Backlog.SIZE, round + 1, STARTS);
      for (int i = 0; i < targets.size(); i++) {
        rates[i][round] = drain(targets.get(i));
      }
      rates[targets.size()][round] = Backlog.perfTest(rabbitmq);
    }
    var medians = Arrays.stream(rates).map(FloorBenchmark::median).toList();
    double consumed = medians.get(targets.size());
    add(
        "backlog of %,d, stored".formatted(Backlog.SIZE),
        medians.subList(0, targets.size()),
        Report::perSecond);
    add(
        "the same to PerfTest consuming, %s".formatted(Report.perSecond(consumed)),
        medians.subList(0, targets.size()).stream().map(rate -> rate / consumed).toList(),
        "%.2f"::formatted);
  }

  private static double median(double[] figures) {
    return Median.of(Arrays.stream(figures).boxed().toList());
  }

  /** Returns the messages of a backlog stored in a second, from readiness on. */
  private static double drain(PostTarget target) throws Exception {
    long all;
    try (var process = target.starter().start()) {
      all = process.head().read() + Backlog.SIZE;
    }
    Backlog.fill(target.deployment().rabbitmqUrl(), target.queue());
    try (var process = target.starter().start()) {
      long first = process.head().read();
      long started = System.nanoTime();
      process.stored().until(all);
      return (all - first) / ((System.nanoTime() - started) / 1e9);
    }
  }

  private void add(String what, List<Double> figures, DoubleFunction<String> format) {
    rows.add(new Row(what, figures, format));
    System.out.printf(
        "  %s: %s%n", what, String.join(", ", figures.stream().map(format::apply).toList()));
  }

  @Override
  public String table() {
    var text = new StringBuilder("| what |");
    targets.forEach(target -> text.append(" %s |".formatted(target.name())));
    text.append(" service to floor |\n|---|").append("---|".repeat(targets.size() + 1));
    for (var row : rows) {
      text.append("\n| %s |".formatted(row.what));
      row.figures.forEach(figure -> text.append(" %s |".formatted(row.format.apply(figure))));
      double floor = row.figures.get(row.figures.size() - 1);
      text.append(" %.2f |".formatted(row.figures.get(0) / floor));
    }
    return text.append('\n').toString();
  }
}
