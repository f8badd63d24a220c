package dev.chatmultischema.bench;

import dev.chatmultischema.support.HttpConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** Single posts to a tenant of a version of the service, and their figures over several windows. */
final class SinglePosts implements AutoCloseable {

  private static final int MAX_MESSAGES = 4_000_000;

  private final int port;
  private final LoadRequest request;
  private final long pid;
  private final Servers servers;
  private final HttpConnection connection;
  private final Arrivals arrivals;
  private final AtomicLongArray startedAt = new AtomicLongArray(MAX_MESSAGES);
  private final List<Double> rates = new ArrayList<>();
  private final List<Usage> usages = new ArrayList<>();
  private Latencies answered = new Latencies(MAX_MESSAGES);
  private Latencies streamed = new Latencies(MAX_MESSAGES);
  private long posted;

  SinglePosts(Tenancy tenancy, Servers servers) throws IOException, InterruptedException {
    port = tenancy.service().uri().getPort();
    request = LoadRequest.post(tenancy.headers());
    pid = tenancy.service().pid();
    this.servers = servers;
    connection = tenancy.connect();
    arrivals = new Arrivals(connection.stream("/messages/stream"), this::arrived);
    arrivals.awaitReady();
  }

  /** Forgets all figures, as after a warm-up. */
  void reset() {
    rates.clear();
    usages.clear();
    answered = new Latencies(MAX_MESSAGES);
    streamed = new Latencies(MAX_MESSAGES);
  }

  /** Posts at the highest rate, until all is stored and streamed. */
  Usage window(long nanos) throws IOException {
    try (var load = new Load(port, request, Load.CONNECTIONS)) {
      var before = servers.usage(pid);
      long started = System.nanoTime();
      int count = load.run(nanos, observer(answered));
      awaitStreamed(count);
      rates.add(count / ((System.nanoTime() - started) / 1e9));
      var usage = servers.usage(pid).minus(before).dividedBy(count);
      usages.add(usage);
      return usage;
    }
  }

  /** Returns the latencies of posts at a fixed rate, from the times at which they were due. */
  Latencies atHalfTheRate(int seconds) throws IOException {
    var latencies = new Latencies(MAX_MESSAGES);
    atHalfTheRate(seconds, latencies);
    return latencies;
  }

  /** Adds the latencies of posts at a fixed rate. */
  void atHalfTheRate(int seconds, Latencies latencies) throws IOException {
    try (var load = new Load(port, request, Load.CONNECTIONS)) {
      awaitStreamed(load.runAt(rate() / 2, TimeUnit.SECONDS.toNanos(seconds), observer(latencies)));
    }
  }

  private Load.Observer observer(Latencies latencies) {
    return new Load.Observer() {
      @Override
      public void sending(int number, long started) {
        startedAt.set(number, started);
      }

      @Override
      public void answered(int number, long started, long now) {
        latencies.add(now - started);
      }
    };
  }

  private void arrived(int inContent) {
    streamed.add(System.nanoTime() - startedAt.get(LoadRequest.fromContent(inContent)));
  }

  private void awaitStreamed(int count) {
    posted += count;
    arrivals.awaitCount(posted);
  }

  /** Returns the messages a second until all were stored and streamed. */
  double rate() {
    return Median.of(rates);
  }

  Usage usage() {
    return Usage.median(usages);
  }

  Latencies answered() {
    return answered;
  }

  Latencies streamed() {
    return streamed;
  }

  @Override
  public void close() throws IOException {
    arrivals.close();
    connection.close();
  }
}
