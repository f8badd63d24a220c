package dev.chatmultischema.amqp.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.RabbitUrl;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.QueueType;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publications that gather while others are unconfirmed, over a network that may fail. */
class GroupedPublishingIT {

  private static final int MAX_OUTSTANDING = 500;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TenantId tenant = new TenantId(UUID.randomUUID());
  private final String queue = "grouped_" + UUID.randomUUID();
  private Broker broker;
  private TcpProxy line;
  private PublisherConnections connections;

  @BeforeEach
  void start() throws Exception {
    var url = Backends.shared().rabbitmqUrl();
    broker = new Broker(url);
    broker.declareQueue(queue, Map.of());
    line = TcpProxy.to(url);
    connections = connect(TIMEOUT);
  }

  private PublisherConnections connect(Duration timeout) {
    var url = RabbitUrl.parse(line.url(Backends.shared().rabbitmqUrl()));
    var endpoint = new RabbitEndpoint(url, Duration.ofSeconds(5), Duration.ofSeconds(3));
    var topology = new MessageTopology(QueueType.CLASSIC, List.of(1_000L));
    var opened = new PublisherConnections(endpoint, topology, 2, MAX_OUTSTANDING, timeout);
    opened.start();
    awaitOpen(opened);
    return opened;
  }

  private static void awaitOpen(PublisherConnections connections) {
    await()
        .atMost(PATIENCE)
        .ignoreException(BrokerUnavailable.class)
        .untilAsserted(connections::requireUsable);
  }

  @AfterEach
  void stop() throws Exception {
    connections.stop();
    line.close();
    broker.deleteQueue(queue);
    broker.close();
  }

  private OutboundMessage message(String routingKey, int n, Map<String, Object> headers) {
    var properties =
        new AMQP.BasicProperties.Builder()
            .messageId(UUID.randomUUID().toString())
            .deliveryMode(2)
            .headers(headers)
            .build();
    return new OutboundMessage("", routingKey, properties, Integer.toString(n).getBytes(UTF_8));
  }

  private CompletableFuture<List<OutboundMessage>> publish(int n) {
    return publish(List.of(message(queue, n, Map.of())));
  }

  private List<CompletableFuture<List<OutboundMessage>>> publishAll(int count) {
    return IntStream.range(0, count).mapToObj(this::publish).toList();
  }

  private static void assertFail(
      List<CompletableFuture<List<OutboundMessage>>> futures, String... reasons) {
    await().atMost(PATIENCE).until(() -> futures.stream().allMatch(CompletableFuture::isDone));
    assertThat(futures)
        .allSatisfy(
            future ->
                assertThatThrownBy(future::join)
                    .hasCauseInstanceOf(BrokerUnavailable.class)
                    .satisfies(
                        e -> assertThat(Stream.of(reasons)).anyMatch(e.getMessage()::contains)));
  }

  private CompletableFuture<List<OutboundMessage>> publish(List<OutboundMessage> messages) {
    return connections.publish(tenant, messages).thenApply(Rejected::messages);
  }

  @Test
  void confirmsGatheredPublicationsInOrder() throws Exception {
    int count = 3 * MAX_OUTSTANDING;
    assertThat(publishAll(count)).allSatisfy(each -> assertThat(each.join()).isEmpty());
    var bodies = broker.drain(queue).stream().map(each -> new String(each.getBody(), UTF_8));
    assertThat(bodies).isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }

  @Test
  void completesOnAThreadThatNeitherSendsNorReads() {
    var name = new CompletableFuture<String>();
    line.stall();
    var published = publish(1).thenAccept(none -> name.complete(Thread.currentThread().getName()));
    line.restore();
    published.join();
    assertThat(name.join()).startsWith("publish-responses-");
  }

  @Test
  void reportsReturnedMessagesAmongConfirmedOnes() {
    line.stall();
    var routed = publishAll(10);
    var unroutable = message("missing_" + UUID.randomUUID(), 0, Map.of());
    var returned = publish(List.of(message(queue, 0, Map.of()), unroutable));
    var after = publishAll(10);
    line.restore();
    assertThat(returned.join()).containsExactly(unroutable);
    assertThat(Stream.concat(routed.stream(), after.stream()))
        .allSatisfy(each -> assertThat(each.join()).isEmpty());
  }

  @Test
  void failsSentAndWaitingPublicationsWithTheConnection() {
    line.stall();
    var futures = publishAll(2 * MAX_OUTSTANDING);
    line.cut();
    assertFail(futures, "the channel closed", "could not send");
    line.restore();
    awaitOpen(connections);
    assertThat(publish(1).join()).isEmpty();
  }

  @Test
  void failsSentAndWaitingPublicationsAfterTheTimeout() throws Exception {
    connections.stop();
    // Not a whole second, since a session that does not respond is looked for each second.
    connections = connect(Duration.ofMillis(1_500));
    line.stall();
    assertFail(publishAll(2 * MAX_OUTSTANDING), "no confirm in time", "to send in time");
    line.restore();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                connections.publish(tenant, List.of(message(queue, 1, Map.of()))).join().isEmpty());
  }

  @Test
  void refusesAtOnceWhenTooManyMessagesWait() {
    line.stall();
    int most = 10 * MAX_OUTSTANDING;
    assertThatThrownBy(() -> publishAll(most))
        .isInstanceOf(BrokerUnavailable.class)
        .hasMessageContaining("too many messages wait");
    line.restore();
    await().atMost(PATIENCE).ignoreExceptions().until(() -> publish(1).join().isEmpty());
  }

  @Test
  void failsAMessageThatCannotBeEncodedAndReopens() {
    var unencodable = message(queue, 0, Map.of("x", new Object()));
    var future = publish(List.of(unencodable));
    assertFail(List.of(future), "cannot be encoded");
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(publish(1).join()).isEmpty());
  }

  @Test
  void failsAllPublicationsWhenStopped() throws Exception {
    line.stall();
    var futures = publishAll(2 * MAX_OUTSTANDING);
    connections.stop();
    assertFail(futures, "the channel closed", "could not send");
    assertThatThrownBy(() -> publish(1)).isInstanceOf(BrokerUnavailable.class);
  }
}
