package dev.chatmultischema.bench;

import dev.chatmultischema.support.ServiceProcess;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The latencies of posts while many clients try to log in, beside those of posts alone. */
final class LoginBenchmark {

  private static final int ROUNDS = 3;
  private static final int MAX_POSTS = 1_000_000;

  /** Times the duration of a measurement, without and with the flood. */
  private static final int MAX_WARM_UP = 10;

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
      try (var flood = new LoginFlood(service)) {
        warmUp(service, posts);
        System.out.printf("  %d attempts to log in until now%n", flood.attempts());
      }
      warmUp(service, posts);
      posts.reset();
      posts.window(TimeUnit.SECONDS.toNanos(seconds));
      var alone = new Latencies(MAX_POSTS);
      var flooded = new Latencies(MAX_POSTS);
      long attempts = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        System.out.printf("Logins: %d of %d%n", round, ROUNDS);
        posts.atHalfTheRate(seconds, alone);
        try (var flood = new LoginFlood(service)) {
          posts.atHalfTheRate(seconds, flooded);
          attempts += flood.attempts();
        }
      }
      report(alone, flooded, attempts / (ROUNDS * seconds));
    }
  }

  private void warmUp(ServiceProcess service, SinglePosts posts) throws Exception {
    WarmUp.run(
        "single posts",
        service.pid(),
        seconds * MAX_WARM_UP,
        () -> List.of(posts.window(TimeUnit.SECONDS.toNanos(seconds)).jvm()));
  }

  private void report(Latencies alone, Latencies flooded, long attempts) {
    report.add("posts at half the highest rate, alone", alone.toString());
    report.add(
        "the same during %d attempts to log in a second".formatted(attempts),
        flooded.toString(),
        "p99 alone: %.1f ms".formatted(alone.percentile(99)),
        flooded.percentile(99) / alone.percentile(99));
  }
}
