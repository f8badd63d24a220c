package dev.chatmultischema.bench;

import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The latencies of posts while many clients try to log in, beside those of posts alone. */
final class LoginBenchmark {

  private static final int MAX_WARM_UP = 20;

  private final Deployment deployment;
  private final Report report;
  private final int seconds;

  LoginBenchmark(Deployment deployment, Report report, int seconds) {
    this.deployment = behindProxy(deployment);
    this.report = report;
    this.seconds = seconds;
  }

  /** Returns the version with a proxy on this machine, which tells the addresses of clients. */
  private static Deployment behindProxy(Deployment deployment) {
    var environment = new HashMap<>(deployment.environment());
    environment.put("TRUSTED_PROXIES", "127.0.0.1");
    return new Deployment(
        deployment.name(), deployment.installation(), environment, deployment.superuserUrl());
  }

  void run() throws Exception {
    try (var service = deployment.start();
        var posts = new SinglePosts(Tenancy.create(service), Servers.of(deployment))) {
      WarmUp.run(
          "single posts",
          service.pid(),
          seconds * MAX_WARM_UP,
          () -> List.of(posts.window(TimeUnit.SECONDS.toNanos(seconds)).jvm()));
      var alone = posts.atHalfTheRate(seconds);
      report.add("posts at half the highest rate, alone", alone.toString());
      try (var flood = new LoginFlood(service)) {
        var flooded = posts.atHalfTheRate(seconds);
        report.add(
            "the same during %d attempts to log in a second".formatted(flood.attempts() / seconds),
            flooded.toString(),
            "p99 alone: %.1f ms".formatted(alone.percentile(99)),
            flooded.percentile(99) / alone.percentile(99));
      }
    }
  }
}
