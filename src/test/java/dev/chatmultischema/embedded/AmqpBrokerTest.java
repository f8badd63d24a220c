package dev.chatmultischema.embedded;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AmqpBrokerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Map<String, Object> TENANT_QUEUE = Map.of("x-single-active-consumer", true);
  private static final AtomicInteger QUEUES = new AtomicInteger();
  private static AmqpBroker broker;

  private final String queue = "tenant_%d_queue".formatted(QUEUES.incrementAndGet());
  private Connection connection;
  private Channel channel;

  @BeforeAll
  static void startBroker() {
    broker = AmqpBroker.start();
  }

  @AfterAll
  static void closeBroker() {
    broker.close();
  }

  @BeforeEach
  void connect() throws Exception {
    connection = connect("/");
    channel = connection.createChannel();
    channel.exchangeDeclare("chat.unrouted", "fanout", true);
    channel.queueDeclare("chat_unrouted", true, false, false, null);
    channel.queueBind("chat_unrouted", "chat.unrouted", "");
    channel.exchangeDeclare(
        "chat.tenants", "direct", true, false, Map.of("alternate-exchange", "chat.unrouted"));
    channel.queueDeclare(queue, true, false, false, TENANT_QUEUE);
    channel.queueBind(queue, "chat.tenants", queue);
    channel.confirmSelect();
  }

  @AfterEach
  void disconnect() {
    connection.abort();
  }

  @Test
  void servesTheVirtualHostSlash() throws Exception {
    try (var other = connect("/")) {
      assertTrue(other.isOpen());
      assertEquals(2047, other.getChannelMax());
    }
  }

  @Test
  void confirmsMessagesUpToOneMebibyte() throws Exception {
    channel.basicPublish(
        "chat.tenants", queue, true, MessageProperties.MINIMAL_PERSISTENT_BASIC, new byte[1 << 20]);

    assertTrue(channel.waitForConfirms(PATIENCE.toMillis()));
    assertEquals(1 << 20, channel.basicGet(queue, true).getBody().length);
  }

  @Test
  void returnsMandatoryMessagesWithoutAQueue() throws Exception {
    var returned = new ConcurrentLinkedQueue<String>();
    channel.addReturnListener(message -> returned.add(message.getRoutingKey()));

    channel.basicPublish("", "nobody", true, MessageProperties.MINIMAL_PERSISTENT_BASIC, body("x"));

    await().atMost(PATIENCE).until(() -> List.copyOf(returned).equals(List.of("nobody")));
  }

  @Test
  void keepsUnroutedMessages() throws Exception {
    publish("tenant_gone_queue", "left over");

    await().atMost(PATIENCE).until(() -> channel.messageCount("chat_unrouted") == 1);
    assertEquals(
        "tenant_gone_queue", channel.basicGet("chat_unrouted", true).getEnvelope().getRoutingKey());
  }

  @Test
  void deliversToOneActiveConsumerAndFailsOver() throws Exception {
    var first = new ConcurrentLinkedQueue<String>();
    var second = new ConcurrentLinkedQueue<String>();
    var firstTag = consume(connection.createChannel(), queue, first);
    consume(connection.createChannel(), queue, second);

    for (var i = 1; i <= 20; i++) {
      publish(queue, "m" + i);
    }
    await().atMost(PATIENCE).until(() -> first.size() == 20);
    assertTrue(second.isEmpty());

    firstTag.channel().basicCancel(firstTag.tag());
    publish(queue, "after");
    await().atMost(PATIENCE).until(() -> List.copyOf(second).equals(List.of("after")));
    assertEquals(20, first.size());
  }

  @Test
  void redeliversARetryWithItsRoutingKeyAndHeaders() throws Exception {
    declareRetry(2_000);
    var properties =
        MessageProperties.MINIMAL_PERSISTENT_BASIC
            .builder()
            .messageId("id-1")
            .headers(Map.of("x-attempts", 1))
            .build();
    var before = System.nanoTime();

    channel.basicPublish("chat.retry.2000", queue, true, properties, body("again"));
    assertTrue(channel.waitForConfirms(PATIENCE.toMillis()));
    assertNull(channel.basicGet(queue, true), "came back too early");

    await().atMost(PATIENCE).until(() -> channel.messageCount(queue) == 1);
    assertTrue(Duration.ofNanos(System.nanoTime() - before).toMillis() >= 1_999);
    var message = channel.basicGet(queue, true);
    assertEquals(queue, message.getEnvelope().getRoutingKey());
    assertEquals("id-1", message.getProps().getMessageId());
    assertEquals(1, message.getProps().getHeaders().get("x-attempts"));
    assertArrayEquals(body("again"), message.getBody());
    assertEquals(0, channel.messageCount("chat_retry_2000"));
  }

  @Test
  void separatesLongDelaysFromShortOnes() throws Exception {
    declareRetry(200);
    declareRetry(600_000);

    channel.basicPublish("chat.retry.600000", queue, true, null, body("late"));
    channel.basicPublish("chat.retry.200", queue, true, null, body("soon"));

    await().atMost(PATIENCE).until(() -> channel.messageCount(queue) == 1);
    assertArrayEquals(body("soon"), channel.basicGet(queue, true).getBody());
    assertEquals(1, channel.messageCount("chat_retry_600000"));
  }

  @Test
  void redeliversRequeuedMessagesInOrder() throws Exception {
    for (var text : List.of("a", "b", "c")) {
      publish(queue, text);
    }
    var first = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
    var second = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();

    channel.basicNack(second, false, true);
    channel.basicNack(first, false, true);

    for (var text : List.of("a", "b", "c")) {
      var again = channel.basicGet(queue, true);
      assertArrayEquals(body(text), again.getBody());
      assertEquals(!text.equals("c"), again.getEnvelope().isRedeliver());
    }
    assertNull(channel.basicGet(queue, true));
  }

  @Test
  void cancelsTheConsumerOfADeletedQueue() throws Exception {
    var cancelled = new ConcurrentLinkedQueue<String>();
    var consumer = connection.createChannel();
    var tag = consumer.basicConsume(queue, (t, message) -> {}, cancelled::add);

    channel.queueDelete(queue);

    await().atMost(PATIENCE).until(() -> List.copyOf(cancelled).equals(List.of(tag)));
    assertTrue(consumer.isOpen());
  }

  private Connection connect(String virtualHost) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(broker.url());
    factory.setVirtualHost(virtualHost);
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  private void declareRetry(long delayMillis) throws Exception {
    channel.exchangeDeclare("chat.retry." + delayMillis, "fanout", true);
    var arguments =
        Map.<String, Object>of(
            "x-message-ttl", delayMillis, "x-dead-letter-exchange", "chat.tenants");
    for (var node = 1; node <= 2; node++) {
      channel.queueDeclare("chat_retry_" + delayMillis, true, false, false, arguments);
    }
    channel.queueBind("chat_retry_" + delayMillis, "chat.retry." + delayMillis, "");
  }

  private void publish(String routingKey, String text) throws Exception {
    channel.basicPublish(
        "chat.tenants", routingKey, true, MessageProperties.MINIMAL_PERSISTENT_BASIC, body(text));
    channel.waitForConfirmsOrDie(PATIENCE.toMillis());
  }

  private static Consumer consume(Channel channel, String queue, Queue<String> into)
      throws Exception {
    var tag =
        channel.basicConsume(
            queue,
            (t, message) -> {
              into.add(text(message));
              channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
            },
            t -> {});
    return new Consumer(channel, tag);
  }

  private record Consumer(Channel channel, String tag) {}

  private static byte[] body(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Delivery message) {
    return new String(message.getBody(), StandardCharsets.UTF_8);
  }
}
