package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.HttpConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Posts of messages of 200 bytes. */
final class Posts {

  static final int BATCH = 500;

  private static final byte[] BATCH_BODY =
      IntStream.range(0, BATCH)
          .mapToObj(Posts::message)
          .collect(Collectors.joining(",", "{\"messages\":[", "]}"))
          .getBytes(UTF_8);

  private Posts() {}

  /** Returns a body with a number in its content. */
  static String message(int number) {
    var start = "{\"content\":{\"n\":" + number + ",\"text\":\"";
    return start + "x".repeat(200 - start.length() - 3) + "\"}}";
  }

  static void expect(int status, HttpConnection.Response answer) throws IOException {
    if (answer.status() != status) {
      throw new IOException("answered " + answer.status() + ": " + answer.text());
    }
  }

  /** Posts single messages to each tenant on a connection of its own, one after the other. */
  static Latencies single(List<Tenancy> tenancies, int seconds) throws Exception {
    var latencies = new Latencies(1_000_000);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    inParallel(
        tenancies.stream()
            .map(
                tenancy ->
                    posting(
                        tenancy,
                        connection -> {
                          while (System.nanoTime() < end) {
                            single(connection, latencies);
                          }
                        }))
            .toList());
    return latencies;
  }

  private static void single(HttpConnection connection, Latencies latencies) throws IOException {
    long started = System.nanoTime();
    var answer = connection.request("POST", "/messages", message(0).getBytes(UTF_8));
    latencies.add(System.nanoTime() - started);
    expect(202, answer);
  }

  /**
   * Posts batches to each tenant on a connection of its own; returns the number stored in a second,
   * until all are stored.
   */
  static double batches(List<Tenancy> tenancies, int seconds) throws Exception {
    var posted = new AtomicInteger();
    var tenants = Set.copyOf(tenancies);
    long before = heads(tenants);
    long started = System.nanoTime();
    long end = started + TimeUnit.SECONDS.toNanos(seconds);
    inParallel(
        tenancies.stream()
            .map(
                tenancy ->
                    posting(
                        tenancy,
                        connection -> {
                          while (System.nanoTime() < end) {
                            batch(connection);
                            posted.incrementAndGet();
                          }
                        }))
            .toList());
    await("stored")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> heads(tenants), heads -> heads >= before + (long) posted.get() * BATCH);
    return posted.get() / ((System.nanoTime() - started) / 1e9);
  }

  private static long heads(Set<Tenancy> tenancies) throws IOException {
    long sum = 0;
    for (var tenancy : tenancies) {
      sum += tenancy.head();
    }
    return sum;
  }

  static void batch(HttpConnection connection) throws IOException {
    expect(202, connection.request("POST", "/messages/batch", BATCH_BODY));
  }

  /** An operation on a connection. */
  interface Work {
    void on(HttpConnection connection) throws IOException;
  }

  static Callable<Void> posting(Tenancy tenancy, Work work) {
    return () -> {
      try (var connection = tenancy.connect()) {
        work.on(connection);
      }
      return null;
    };
  }

  /** Executes all tasks in parallel, and waits for all. */
  static void inParallel(List<Callable<Void>> tasks) throws Exception {
    var executor = Executors.newFixedThreadPool(tasks.size());
    try {
      for (var done : executor.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
