package dev.chatmultischema.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processor time of requests, beside that of a bare Dropwizard service, of one with the client
 * libraries behind it, and of the admin port's {@code /ping}. All processes are warm, and under
 * load in turns.
 */
final class CostBenchmark {

  private static final int ROUNDS = 5;

  /** Times the duration of a measurement. */
  private static final int MAX_WARM_UP = 40;

  private final List<Deployment> deployments;
  private final Report report;
  private final int seconds;
  private final long window;

  /**
   * @param deployments the version to measure, and others beside it
   */
  CostBenchmark(List<Deployment> deployments, Report report, int seconds) {
    this.deployments = deployments;
    this.report = report;
    this.seconds = seconds;
    window = TimeUnit.SECONDS.toNanos(seconds) / ROUNDS;
  }

  void run() throws Exception {
    var subjects = new ArrayList<CostSubject>();
    try {
      for (var deployment : deployments) {
        subjects.add(new ServiceCosts(deployment));
      }
      var measured = (ServiceCosts) subjects.get(0);
      var headers = measured.tenancy().headers();
      subjects.add(BareCosts.bare(deployments.get(0), headers));
      subjects.add(BareCosts.minimal(deployments.get(0), headers));
      for (var subject : subjects) {
        WarmUp.run(subject.name(), subject.pid(), seconds * MAX_WARM_UP, () -> jvmCosts(subject));
      }
      report.add(costs(subjects));
      profile(measured);
    } finally {
      for (var subject : subjects) {
        subject.close();
      }
    }
  }

  /** Profiles after the measurement, since that costs processor time too. */
  private void profile(ServiceCosts measured) throws Exception {
    long duration = TimeUnit.SECONDS.toNanos(seconds);
    var profile = new Profile(deployments.get(0).installation(), measured.pid());
    profile.write("cost-post", () -> measured.cost(Work.POST, duration));
    profile.write("cost-page", () -> measured.cost(Work.PAGE, duration));
  }

  private List<Double> jvmCosts(CostSubject subject) throws Exception {
    var costs = new ArrayList<Double>();
    for (var work : subject.works()) {
      costs.add(subject.cost(work, window).jvm());
    }
    return costs;
  }

  private Costs costs(List<CostSubject> subjects) throws Exception {
    var costs = new Costs();
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.printf("Costs: %d of %d%n", round, ROUNDS);
      for (var work : Work.values()) {
        for (var subject : subjects) {
          if (subject.works().contains(work)) {
            costs.add(work, subject.name(), subject.cost(work, window));
          }
        }
      }
    }
    return costs;
  }
}
