package dev.chatmultischema.bench;

import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running version of the service, its single posts and its batches. */
final class MessageVersion implements AutoCloseable {

  private static final int BATCH_CONNECTIONS = 4;

  private final String name;
  private final ServiceProcess service;
  private final SinglePosts singles;
  private final Tenancy batched;
  private final List<Double> batchRates = new ArrayList<>();

  MessageVersion(Deployment deployment) throws Exception {
    name = deployment.name();
    service = deployment.start();
    singles = new SinglePosts(Tenancy.create(service), Servers.of(deployment));
    batched = Tenancy.create(service);
  }

  void warmUp(int maxSeconds, int windowSeconds) throws Exception {
    WarmUp.run(
        name,
        service.pid(),
        maxSeconds,
        () -> {
          batches(windowSeconds);
          return List.of(singles.window(TimeUnit.SECONDS.toNanos(windowSeconds)).jvm());
        });
    singles.reset();
    batchRates.clear();
  }

  /** Posts batches until all are stored. */
  void batches(int seconds) throws Exception {
    var tenancies = Collections.nCopies(BATCH_CONNECTIONS, batched);
    batchRates.add(Posts.batches(tenancies, seconds) * Posts.BATCH);
  }

  String name() {
    return name;
  }

  SinglePosts singles() {
    return singles;
  }

  /** Returns the messages in batches a second until all were stored. */
  double batchRate() {
    return Median.of(batchRates);
  }

  @Override
  public void close() throws IOException {
    singles.close();
    service.close();
  }
}
