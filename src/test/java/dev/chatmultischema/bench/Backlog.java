package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Consumes messages that were queued while no consumer ran. */
final class Backlog {

  static final int SIZE = 100_000;

  private static final String PERF_TEST_QUEUE = "chat-bench-backlog";

  private final Deployment deployment;
  private final String token;
  private final String tenant;
  private final List<Double> rates = new ArrayList<>();
  private long expected;

  Backlog(Deployment deployment) throws IOException {
    this.deployment = deployment;
    try (var service = deployment.start()) {
      var tenancy = Tenancy.create(service);
      token = tenancy.token();
      tenant = tenancy.tenant();
    }
  }

  /** Returns the messages a second that PerfTest consumes of a backlog. */
  static double perfTest(String rabbitmq) throws Exception {
    fill(rabbitmq, PERF_TEST_QUEUE);
    return PerfTest.consume(rabbitmq, PERF_TEST_QUEUE, SIZE);
  }

  /** Queues messages, starts the service, and waits until they are stored. */
  void drain() throws Exception {
    fill(deployment.rabbitmqUrl(), "tenant_" + tenant + "_queue");
    expected += SIZE;
    try (var service = deployment.start()) {
      var tenancy = new Tenancy(service, token, tenant);
      long first = tenancy.head();
      long started = System.nanoTime();
      tenancy.awaitHead(expected);
      rates.add((expected - first) / ((System.nanoTime() - started) / 1e9));
    }
  }

  /** Returns the messages stored in a second, from readiness on. */
  double rate() {
    return Median.of(rates);
  }

  /** Queues {@value #SIZE} messages. */
  static void fill(String rabbitmq, String queue) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(URI.create(rabbitmq));
    factory.setVirtualHost("/");
    try (var connection = factory.newConnection("backlog");
        var channel = connection.createChannel()) {
      if (queue.equals(PERF_TEST_QUEUE)) {
        channel.queueDeclare(queue, true, false, false, null);
      }
      channel.confirmSelect();
      for (int sent = 0; sent < SIZE; sent += 1_000) {
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
