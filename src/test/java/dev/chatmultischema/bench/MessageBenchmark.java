package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import dev.chatmultischema.support.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** The way of a message beside RabbitMQ's load generator, on one broker in one run. */
final class MessageBenchmark {

  private static final int CONNECTIONS = 32;
  private static final int BACKLOG = 100_000;
  private static final int MAX_MESSAGES = 4_000_000;

  private final Deployment deployment;
  private final String rabbitmq;
  private final Report report;
  private final int seconds;

  MessageBenchmark(Deployment deployment, Report report, int seconds) {
    this.deployment = deployment;
    this.rabbitmq = deployment.rabbitmqUrl();
    this.report = report;
    this.seconds = seconds;
  }

  void run() throws Exception {
    double published;
    try (var service = deployment.start()) {
      System.out.println("Warming up");
      single(Tenancy.create(service), 8, false);
      batches(Tenancy.create(service), 5);
      System.out.println("PerfTest: one publisher, one consumer, persistent, confirmed");
      published = PerfTest.publish(rabbitmq, seconds);
      System.out.println("Single posts");
      single(Tenancy.create(service), seconds, true);
      System.out.println("Batches");
      var stored = batches(Tenancy.create(service), seconds);
      report.addRate(
          "batches of %d, stored".formatted(Posts.BATCH), stored, "PerfTest publishing", published);
    }
    drain();
  }

  private void single(Tenancy tenancy, int duration, boolean reported) throws Exception {
    var sentAt = new AtomicLongArray(MAX_MESSAGES);
    var answers = new Latencies(MAX_MESSAGES);
    var arrivals = new Latencies(MAX_MESSAGES);
    var numbers = new AtomicInteger();
    long started;
    try (var stream = tenancy.connect();
        var reading =
            new Arrivals(
                stream.stream("/messages/stream"),
                number -> arrivals.add(System.nanoTime() - sentAt.get(number)))) {
      reading.awaitReady();
      started = System.nanoTime();
      long end = started + TimeUnit.SECONDS.toNanos(duration);
      var posting =
          Posts.posting(tenancy, connection -> post(connection, numbers, sentAt, answers, end));
      Posts.inParallel(Collections.nCopies(CONNECTIONS, posting));
      tenancy.awaitHead(numbers.get());
    }
    double rate = numbers.get() / ((System.nanoTime() - started) / 1e9);
    if (reported) {
      report.add(
          "single posts at %d connections, stored".formatted(CONNECTIONS), Report.perSecond(rate));
      report.add("single post, answered", answers.toString());
      report.add("single post, stored and streamed", arrivals.toString());
    }
  }

  private static void post(
      HttpConnection connection,
      AtomicInteger numbers,
      AtomicLongArray sentAt,
      Latencies answers,
      long end)
      throws IOException {
    while (System.nanoTime() < end) {
      int number = numbers.getAndIncrement();
      long sent = System.nanoTime();
      sentAt.set(number, sent);
      var answer = connection.request("POST", "/messages", Posts.message(number).getBytes(UTF_8));
      answers.add(System.nanoTime() - sent);
      Posts.expect(202, answer);
    }
  }

  private static double batches(Tenancy tenancy, int duration) throws Exception {
    return Posts.batches(Collections.nCopies(4, tenancy), duration) * Posts.BATCH;
  }

  /** Consumes messages that were queued while no consumer ran. */
  private void drain() throws Exception {
    String token;
    String tenant;
    try (var service = deployment.start()) {
      var tenancy = Tenancy.create(service);
      token = tenancy.token();
      tenant = tenancy.tenant();
    }
    System.out.printf("PerfTest: one consumer and a backlog of %,d%n", BACKLOG);
    fill("chat-bench-backlog");
    double consumed = PerfTest.consume(rabbitmq, "chat-bench-backlog", BACKLOG);
    System.out.printf("A backlog of %,d%n", BACKLOG);
    fill("tenant_" + tenant + "_queue");
    try (var service = deployment.start()) {
      var tenancy = new Tenancy(service, token, tenant);
      long first = tenancy.head();
      long started = System.nanoTime();
      tenancy.awaitHead(BACKLOG);
      double rate = (BACKLOG - first) / ((System.nanoTime() - started) / 1e9);
      report.addRate(
          "backlog of %,d, stored".formatted(BACKLOG), rate, "PerfTest consuming", consumed);
    }
  }

  private void fill(String queue) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(URI.create(rabbitmq));
    factory.setVirtualHost("/");
    try (var connection = factory.newConnection("backlog");
        var channel = connection.createChannel()) {
      if (queue.startsWith("chat-bench")) {
        channel.queueDeclare(queue, true, false, false, null);
      }
      channel.confirmSelect();
      for (int sent = 0; sent < BACKLOG; sent += 1_000) {
        publish(channel, queue, sent);
        channel.waitForConfirmsOrDie(30_000);
      }
    }
  }

  private static void publish(Channel channel, String queue, int from) throws IOException {
    var properties = new AMQP.BasicProperties.Builder().deliveryMode(2).build();
    for (int number = from; number < from + 1_000; number++) {
      var start = "{\"n\":" + number + ",\"text\":\"";
      var body = start + "x".repeat(200 - start.length() - 2) + "\"}";
      channel.basicPublish("", queue, properties, body.getBytes(UTF_8));
    }
  }
}
