package dev.chatmultischema.bench;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;

/**
 * The time until a quiet tenant's messages are stored, alone and beside a flood of another tenant;
 * PostgreSQL records the time of commits with {@code track_commit_timestamp}.
 */
final class FairnessBenchmark {

  private static final int FLOOD_CONNECTIONS = 2;
  private static final int FLOOD_BEGUN = 10_000;
  private static final int ROUNDS = 3;

  /** The JVM occupies a processor until it has compiled the code of a flood. */
  private static final int WARM_UP_SECONDS = 20;

  private final Deployment deployment;
  private final Report report;
  private final int seconds;
  private final Jdbi jdbi;

  FairnessBenchmark(Deployment deployment, Report report, int seconds) {
    this.deployment = deployment;
    this.report = report;
    this.seconds = seconds;
    // Row-level security shows nothing to the service's role outside of a tenant's context.
    jdbi = ChatService.jdbi(deployment.superuserUrl());
  }

  private record Delay(double half, double most) {
    @Override
    public String toString() {
      return "p50 %.1f ms, p99 %.1f ms".formatted(half, most);
    }
  }

  void run() throws Exception {
    if (!timesAreKept()) {
      System.out.println("Not measured: track_commit_timestamp is off in this PostgreSQL");
      return;
    }
    try (var service = deployment.start()) {
      System.out.println("Fairness: warming up");
      var alone = Tenancy.create(service);
      var beside = Tenancy.create(service);
      var noisy = Tenancy.create(service);
      Posts.batches(Collections.nCopies(FLOOD_CONNECTIONS, noisy), WARM_UP_SECONDS);
      post(alone, 3);
      post(beside, 3);
      long aloneFrom = alone.head();
      long besideFrom = beside.head();
      // Alternating, so that other load of the machine affects both alike.
      for (int round = 1; round <= ROUNDS; round++) {
        System.out.printf("A quiet tenant alone, then beside a flood: %d of %d%n", round, ROUNDS);
        post(alone, seconds);
        postBesideFlood(beside, noisy);
      }
      report(delay(alone, aloneFrom), delay(beside, besideFrom));
    }
  }

  private void report(Delay alone, Delay beside) {
    report.add("quiet tenant alone, accepted to stored", alone.toString());
    report.add(
        "quiet tenant beside a flood, accepted to stored",
        beside.toString(),
        "p99 alone: %.1f ms".formatted(alone.most),
        beside.most / alone.most);
  }

  private boolean timesAreKept() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT current_setting('track_commit_timestamp')::boolean")
                .mapTo(boolean.class)
                .one());
  }

  /** Posts one message after the other, and waits until all are stored. */
  private static void post(Tenancy tenancy, int duration) throws Exception {
    long before = tenancy.head();
    tenancy.awaitHead(before + Posts.single(List.of(tenancy), duration).count());
  }

  private void postBesideFlood(Tenancy quiet, Tenancy noisy) throws Exception {
    var flooding = new AtomicBoolean(true);
    var posted = new AtomicLong();
    long before = noisy.head();
    var flood =
        Posts.posting(
            noisy,
            connection -> {
              while (flooding.get()) {
                Posts.batch(connection);
                posted.addAndGet(Posts.BATCH);
              }
            });
    var executor = Executors.newFixedThreadPool(FLOOD_CONNECTIONS);
    try {
      var floods =
          Collections.nCopies(FLOOD_CONNECTIONS, flood).stream().map(executor::submit).toList();
      noisy.awaitHead(before + FLOOD_BEGUN);
      post(quiet, seconds);
      flooding.set(false);
      for (var ended : floods) {
        ended.get();
      }
    } finally {
      flooding.set(false);
      executor.shutdownNow();
    }
    noisy.awaitHead(before + posted.get());
  }

  /** Returns the delay of messages after a {@code seq}, of which there must be some. */
  private Delay delay(Tenancy quiet, long after) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY millis),
                      percentile_disc(0.99) WITHIN GROUP (ORDER BY millis)
                    FROM (
                      SELECT EXTRACT(EPOCH FROM pg_xact_commit_timestamp(xmin) - created_at) * 1000 AS millis
                      FROM %s
                      WHERE seq > :after
                    ) AS stored
                    HAVING count(*) > 0
                    """
                        .formatted(TenantId.fromString(quiet.tenant()).partition()))
                .bind("after", after)
                .map((row, context) -> new Delay(row.getDouble(1), row.getDouble(2)))
                .one());
  }
}
