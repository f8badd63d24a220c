package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chatmultischema.message.Content;
import dev.chatmultischema.stream.MessageWriter;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Streams of the service and of nchan, with the same client on the same Redis, in turns: a burst to
 * many streams, a steady pace, and idle streams.
 */
final class StreamBenchmark {

  private static final int STREAMS = 1_000;
  private static final int BURST = 1_000;
  private static final int IDLE_STREAMS = 10_000;
  private static final int PER_SECOND = 100;
  private static final int PUBLISHERS = 16;
  private static final int BURST_PUBLISHERS = 4;
  private static final int WARM_UPS = 3;
  private static final int WARM_UP_SECONDS = 20;
  private static final int ROUNDS = 5;
  private static final int PACE_ROUNDS = 3;

  private final Deployment deployment;
  private final Report report;
  private final int seconds;

  StreamBenchmark(Deployment deployment, Report report, int seconds) {
    this.deployment = deployment;
    this.report = report;
    this.seconds = seconds;
  }

  /** Publishes a burst of messages, numbered from 0. */
  private interface Burst {
    void publish() throws Exception;
  }

  void run() throws Exception {
    var found = Nchan.start(deployment.redisUrl());
    if (found.isPresent()) {
      try (var nchan = found.get()) {
        moving(nchan);
        idle(nchan);
      }
    }
  }

  private void moving(Nchan nchan) throws Exception {
    try (var chat = ChatStreams.start(deployment);
        var writer = new MessageWriter(deployment.databaseUrl(), deployment.redisUrl());
        var chatListeners = chat.listen();
        var nchanListeners = nchan.listen()) {
      System.out.printf("%,d streams of each%n", STREAMS);
      chatListeners.open(STREAMS);
      nchanListeners.open(STREAMS);
      bursts(chat, writer, chatListeners, nchan, nchanListeners);
      pace(chat, chatListeners, nchan, nchanListeners);
    }
  }

  // ---------------------------------------------------------------- bursts

  private void bursts(
      ChatStreams chat,
      MessageWriter writer,
      Listeners chatListeners,
      Nchan nchan,
      Listeners nchanListeners)
      throws Exception {
    var tenant = TenantId.fromString(chat.tenancy().tenant());
    var contents =
        IntStream.range(0, BURST).mapToObj(i -> new Content(content(Posts.message(i)))).toList();
    var whole = new ArrayList<Double>();
    var fanOut = new ArrayList<Double>();
    var nchans = new ArrayList<Double>();
    for (int round = 1 - WARM_UPS; round <= ROUNDS; round++) {
      System.out.println(
          round <= 0 ? "Bursts, warming up" : "Bursts: %d of %d".formatted(round, ROUNDS));
      var results =
          new double[] {
            burst(chatListeners, () -> postBatches(chat)),
            burst(chatListeners, () -> writer.publishSingly(tenant, contents)),
            burst(nchanListeners, () -> postSingly(nchan))
          };
      if (round > 0) {
        whole.add(results[0]);
        fanOut.add(results[1]);
        nchans.add(results[2]);
      }
    }
    var what = "burst of %,d to %,d streams, %%s, deliveries".formatted(BURST, STREAMS);
    report.addRate(what.formatted("fan-out alone"), Median.of(fanOut), "nchan", Median.of(nchans));
    report.addRate(what.formatted("posted"), Median.of(whole), "nchan", Median.of(nchans));
  }

  /** Returns the content of the body of a post. */
  private static String content(String body) {
    return body.substring("{\"content\":".length(), body.length() - 1);
  }

  /**
   * Returns the deliveries a second, from the publishing of the first message to the last delivery.
   */
  private static double burst(Listeners listeners, Burst burst) throws Exception {
    listeners.expect(BURST * STREAMS);
    long started = System.nanoTime();
    burst.publish();
    return (double) BURST * STREAMS / ((listeners.awaitAll() - started) / 1e9);
  }

  private static void postBatches(ChatStreams chat) throws Exception {
    Posts.inParallel(
        IntStream.range(0, BURST / Posts.BATCH)
            .mapToObj(
                batch ->
                    Posts.posting(
                        chat.tenancy(),
                        connection -> {
                          var body =
                              IntStream.range(batch * Posts.BATCH, (batch + 1) * Posts.BATCH)
                                  .mapToObj(Posts::message)
                                  .collect(Collectors.joining(",", "{\"messages\":[", "]}"));
                          Posts.expect(
                              202,
                              connection.request("POST", "/messages/batch", body.getBytes(UTF_8)));
                        }))
            .toList());
  }

  private static void postSingly(StreamServer server) throws Exception {
    var next = new AtomicInteger();
    Callable<Void> publisher =
        () -> {
          try (var connection = server.connect()) {
            for (int i = next.getAndIncrement(); i < BURST; i = next.getAndIncrement()) {
              server.post(connection, i);
            }
          }
          return null;
        };
    Posts.inParallel(Collections.nCopies(BURST_PUBLISHERS, publisher));
  }

  // ---------------------------------------------------------------- a steady pace

  /** The latencies and processor time of a system at a steady rate, over all rounds. */
  private static final class Pace {

    /** The time from the due moment of a post to its arrivals. */
    final Latencies posted;

    /** The time from the response to a post to its arrivals; 0 for earlier arrivals. */
    final Latencies accepted;

    long processorNanos;

    Pace(int deliveries) {
      posted = new Latencies(deliveries);
      accepted = new Latencies(deliveries);
    }

    double micros() {
      return processorNanos / 1e3 / posted.count();
    }
  }

  private void pace(
      ChatStreams chat, Listeners chatListeners, Nchan nchan, Listeners nchanListeners)
      throws Exception {
    int messages = PER_SECOND * seconds;
    System.out.printf("%d messages/s, warming up%n", PER_SECOND);
    // The posts of some minutes at this pace, so that the JVM has compiled the code.
    Posts.single(Collections.nCopies(PUBLISHERS, Tenancy.create(chat.service())), WARM_UP_SECONDS);
    pace(chat, chatListeners, messages, new Pace(messages * STREAMS));
    var ours = new Pace(messages * STREAMS * PACE_ROUNDS);
    var theirs = new Pace(messages * STREAMS * PACE_ROUNDS);
    for (int round = 1; round <= PACE_ROUNDS; round++) {
      System.out.printf("%d messages/s: %d of %d%n", PER_SECOND, round, PACE_ROUNDS);
      pace(chat, chatListeners, messages, ours);
      pace(nchan, nchanListeners, messages, theirs);
    }
    var what = "%d messages/s to %,d streams, ".formatted(PER_SECOND, STREAMS);
    report(what + "accepted to received", ours.accepted, theirs.accepted);
    report(what + "posted to received", ours.posted, theirs.posted);
    report.add(
        what + "processor for each delivery",
        "%.2f µs".formatted(ours.micros()),
        "nchan: %.2f µs".formatted(theirs.micros()),
        ours.micros() / theirs.micros());
  }

  private void report(String what, Latencies ours, Latencies theirs) {
    report.add(
        what, ours.toString(), "nchan: " + theirs, ours.percentile(99) / theirs.percentile(99));
  }

  private static void pace(StreamServer server, Listeners listeners, int messages, Pace pace)
      throws Exception {
    var due = new long[messages];
    var answered = new long[messages];
    listeners.expect(messages * STREAMS);
    var before = server.figures().cpu();
    postSteadily(server, due, answered);
    listeners.awaitAll();
    pace.processorNanos += server.figures().cpu().minus(before).toNanos();
    listeners.forEach(
        (number, time) -> {
          pace.posted.add(time - due[number]);
          pace.accepted.add(Math.max(0, time - answered[number]));
        });
  }

  /** Posts at fixed times, each on a free connection. */
  private static void postSteadily(StreamServer server, long[] due, long[] answered)
      throws Exception {
    BlockingQueue<HttpConnection> free = new LinkedBlockingQueue<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      free.add(server.connect());
    }
    long period = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
    var clock = Executors.newScheduledThreadPool(PUBLISHERS);
    try {
      var posts =
          IntStream.range(0, due.length)
              .mapToObj(
                  i -> {
                    due[i] = start + i * period;
                    return clock.schedule(
                        () -> {
                          var connection = free.take();
                          server.post(connection, i);
                          answered[i] = System.nanoTime();
                          free.add(connection);
                          return null;
                        },
                        due[i] - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
                  })
              .toList();
      for (var post : posts) {
        post.get();
      }
    } finally {
      clock.shutdownNow();
      for (var connection : free) {
        connection.close();
      }
    }
  }

  // ---------------------------------------------------------------- at rest

  private void idle(Nchan nchan) throws Exception {
    System.out.printf("%,d idle streams%n", IDLE_STREAMS);
    double theirs;
    try (var listeners = nchan.listen()) {
      double before = nchan.figures().megabytes();
      listeners.open(IDLE_STREAMS);
      theirs = each(nchan.figures().megabytes() - before);
    }
    // The heap is resident from the start, so all growth is memory outside of it.
    try (var chat = ChatStreams.start(deployment, "-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch");
        var warm = chat.listen();
        var listeners = chat.listen()) {
      warm.open(STREAMS);
      double heapBefore = chat.service().heapMegabytes();
      double before = chat.figures().megabytes();
      listeners.open(IDLE_STREAMS);
      double heap = each(chat.service().heapMegabytes() - heapBefore);
      double besides = each(chat.figures().megabytes() - before);
      var what = "%,d idle streams, ".formatted(IDLE_STREAMS);
      report.add(
          what + "memory of each",
          "%.1f KB of heap, %.1f KB besides".formatted(heap, besides),
          "nchan: %.1f KB".formatted(theirs),
          (heap + besides) / theirs);
      report.add(what + "processor", "%.1f %% of one".formatted(processor(chat)));
    }
  }

  private double processor(ChatStreams chat) throws Exception {
    var before = chat.figures().cpu();
    if (chat.service().awaitExit(seconds)) {
      throw new IOException("the service ended");
    }
    return chat.figures().cpu().minus(before).toMillis() / 10.0 / seconds;
  }

  private static double each(double megabytes) {
    return megabytes * 1_000 / IDLE_STREAMS;
  }
}
