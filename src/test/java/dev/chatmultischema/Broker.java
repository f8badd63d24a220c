package dev.chatmultischema;

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
import java.util.concurrent.TimeoutException;

/** A plain AMQP client beside the service, as other producers and operators are. */
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

  /** Puts a body without headers straight into a queue, and waits for the confirm. */
  public void put(String queue, String body) throws IOException, InterruptedException {
    put(queue, new AMQP.BasicProperties.Builder().deliveryMode(2).build(), body.getBytes(UTF_8));
  }

  public void put(String queue, AMQP.BasicProperties properties, byte[] body)
      throws IOException, InterruptedException {
    channel.basicPublish("", queue, properties, body);
    channel.waitForConfirmsOrDie();
  }

  /** Messages ready in a queue, or -1 if there is no such queue. */
  public long depth(String queue) {
    try (var asking = connection.createChannel()) {
      return asking.queueDeclarePassive(queue).getMessageCount();
    } catch (Exception missing) {
      return -1;
    }
  }

  /** Consumers of a queue, on all nodes. */
  public int consumers(String queue) {
    try (var asking = connection.createChannel()) {
      return asking.queueDeclarePassive(queue).getConsumerCount();
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("no answer about " + queue, e);
    }
  }

  /**
   * Consumes a queue, taking one message and never acknowledging it, until the channel is closed.
   */
  public Channel hold(String queue) throws IOException {
    var holding = connection.createChannel();
    holding.basicQos(1);
    holding.basicConsume(queue, false, new DefaultConsumer(holding));
    return holding;
  }

  /** Takes what is in a queue. */
  public List<com.rabbitmq.client.GetResponse> drain(String queue) throws IOException {
    var all = new ArrayList<com.rabbitmq.client.GetResponse>();
    for (var next = channel.basicGet(queue, true);
        next != null;
        next = channel.basicGet(queue, true)) {
      all.add(next);
    }
    return all;
  }

  public void deleteQueue(String queue) throws IOException {
    channel.queueDelete(queue);
  }

  @Override
  public void close() {
    connection.abort();
  }
}
