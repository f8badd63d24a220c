package dev.chatmultischema.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** A plain AMQP client, like those of other producers and operators. */
public final class Broker implements AutoCloseable {

  private final Connection connection;
  private final Channel channel;

  public Broker(String url) {
    try {
      var factory = new ConnectionFactory();
      factory.setUri(URI.create(url));
      factory.setVirtualHost("/");
      factory.setAutomaticRecoveryEnabled(false);
      connection = factory.newConnection("test");
      channel = connection.createChannel();
      channel.confirmSelect();
    } catch (Exception e) {
      throw new IllegalStateException("no connection to the broker", e);
    }
  }

  public static String queue(String tenant) {
    return "tenant_" + tenant + "_queue";
  }

  public static String deadLetters(String tenant) {
    return "tenant_" + tenant + "_dlq";
  }

  /** Puts a body without headers directly into a queue, and waits for the confirm. */
  public void put(String queue, String body) throws IOException, InterruptedException {
    put(queue, new AMQP.BasicProperties.Builder().deliveryMode(2).build(), body.getBytes(UTF_8));
  }

  public void put(String queue, AMQP.BasicProperties properties, byte[] body)
      throws IOException, InterruptedException {
    put("", queue, properties, body);
  }

  /** Publishes to any exchange, and waits for the confirm. */
  public void put(String exchange, String routingKey, AMQP.BasicProperties properties, byte[] body)
      throws IOException, InterruptedException {
    channel.basicPublish(exchange, routingKey, properties, body);
    channel.waitForConfirmsOrDie();
  }

  /** Puts messages {@code {"n": 0}}, 1, 2 … with ids into a queue, confirmed all together. */
  public void fill(String queue, int messages) throws IOException, InterruptedException {
    for (int n = 0; n < messages; n++) {
      var properties =
          new AMQP.BasicProperties.Builder()
              .deliveryMode(2)
              .messageId(UUID.randomUUID().toString())
              .build();
      channel.basicPublish("", queue, properties, "{\"n\": %d}".formatted(n).getBytes(UTF_8));
    }
    channel.waitForConfirmsOrDie();
  }

  /** Returns the number of ready messages of a queue, or -1 if there is no such queue. */
  public long depth(String queue) {
    try (var asking = connection.createChannel()) {
      return asking.queueDeclarePassive(queue).getMessageCount();
    } catch (Exception missing) {
      return -1;
    }
  }

  /** Returns the number of consumers of a queue, on all nodes. */
  public int consumers(String queue) {
    try (var asking = connection.createChannel()) {
      return asking.queueDeclarePassive(queue).getConsumerCount();
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("no answer about " + queue, e);
    }
  }

  /** Consumes one message of a queue without acknowledging it, until the channel is closed. */
  public Channel hold(String queue) throws IOException {
    var holding = connection.createChannel();
    holding.basicQos(1);
    holding.basicConsume(queue, false, new DefaultConsumer(holding));
    return holding;
  }

  /** Removes all messages of a queue, and returns them. */
  public List<com.rabbitmq.client.GetResponse> drain(String queue) throws IOException {
    var all = new ArrayList<com.rabbitmq.client.GetResponse>();
    for (var next = channel.basicGet(queue, true);
        next != null;
        next = channel.basicGet(queue, true)) {
      all.add(next);
    }
    return all;
  }

  /** Declares a tenant's dead-letter queue, as the service does for the first dead letter. */
  public void declareDeadLetters(String tenant) throws IOException {
    declareQueue(deadLetters(tenant), Map.of());
  }

  /** Declares a durable queue; fails if it exists with other arguments. */
  public void declareQueue(String queue, Map<String, Object> arguments) throws IOException {
    channel.queueDeclare(queue, true, false, false, arguments);
  }

  public void deleteExchange(String exchange) throws IOException {
    channel.exchangeDelete(exchange);
  }

  /** Returns whether there is such an exchange. */
  public boolean hasExchange(String exchange) {
    try (var asking = connection.createChannel()) {
      asking.exchangeDeclarePassive(exchange);
      return true;
    } catch (IOException | TimeoutException missing) {
      return false;
    }
  }

  /** Deletes a queue if there is one: the embedded broker refuses to delete a missing queue. */
  public void deleteQueue(String queue) throws IOException {
    if (depth(queue) >= 0) {
      channel.queueDelete(queue);
    }
  }

  @Override
  public void close() {
    connection.abort();
  }
}
