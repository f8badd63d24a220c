package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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
    var targets = new ArrayList<PostTarget>();
    for (var deployment : deployments) {
      targets.add(PostTarget.of(deployment));
    }
    report.addVersions(
        "start of the process to ready", Starts.of(targets, STARTS), "%.2f s"::formatted);
    ramps(targets);
  }

  private void ramps(List<PostTarget> targets) throws IOException {
    var ramps = new ArrayList<Ramp>();
    for (var target : targets) {
      ramps.add(Ramp.of(target, runSeconds));
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
}
