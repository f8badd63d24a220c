package dev.chatmultischema.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The start of the process, and the time until its rate is near to the steady one. */
final class StartBenchmark {

  private static final int STARTS = 5;
  private static final double NEAR = 0.8;

  // Times the duration of a measurement.
  private static final double RUN = 20;
  private static final double STEADY = 4;

  private final List<Deployment> deployments;
  private final Report report;
  private final int runSeconds;
  private final int steadySeconds;

  /**
   * @param deployments the version to measure, and the baseline if there is one
   */
  StartBenchmark(List<Deployment> deployments, Report report, int seconds) {
    this.deployments = deployments;
    this.report = report;
    runSeconds = (int) Math.ceil(RUN * seconds);
    steadySeconds = (int) Math.ceil(STEADY * seconds);
  }

  void run() throws Exception {
    starts();
    ramps();
  }

  private void starts() throws Exception {
    Map<Deployment, List<Double>> times = new LinkedHashMap<>();
    for (int round = 1; round <= STARTS; round++) {
      System.out.printf("Starts: %d of %d%n", round, STARTS);
      for (var deployment : deployments) {
        long started = System.nanoTime();
        try (var service = deployment.start()) {
          double time = (System.nanoTime() - started) / 1e9;
          times.computeIfAbsent(deployment, first -> new ArrayList<>()).add(time);
          System.out.printf("  process %d of %s: %.2f s%n", service.pid(), deployment.name(), time);
        }
      }
    }
    report.addVersions(
        "start of the process to ready",
        times.values().stream().map(Median::of).toList(),
        "%.2f s"::formatted);
  }

  private void ramps() throws Exception {
    var ramps = new ArrayList<Ramp>();
    for (var deployment : deployments) {
      System.out.printf("The first %d s of %s%n", runSeconds, deployment.name());
      ramps.add(ramp(deployment));
    }
    var rates = ramps.stream().map(ramp -> ramp.steadyRate(steadySeconds)).toList();
    report.addVersions(
        "steady rate: single posts at %d connections, last %d of %d s"
            .formatted(Load.CONNECTIONS, steadySeconds, runSeconds),
        rates,
        Report::perSecond);
    times("own", ramps, rates);
    if (rates.size() > 1) {
      times("baseline's", ramps, Collections.nCopies(rates.size(), rates.get(1)));
    }
  }

  private void times(String whose, List<Ramp> ramps, List<Double> rates) {
    var times = new ArrayList<Double>();
    for (int i = 0; i < rates.size(); i++) {
      times.add(ramps.get(i).secondsUntil(NEAR * rates.get(i)));
    }
    report.addVersions(
        "first request to %.0f %% of the %s steady rate".formatted(NEAR * 100, whose),
        times,
        "%.2f s"::formatted);
  }

  /** Loads a process that has had no request but those for readiness. */
  private Ramp ramp(Deployment deployment) throws Exception {
    Tenancy tenancy;
    try (var service = deployment.start()) {
      tenancy = Tenancy.create(service);
    }
    try (var service = deployment.start()) {
      return Ramp.of(service.uri().getPort(), tenancy.headers(), runSeconds);
    }
  }
}
