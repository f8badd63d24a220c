package dev.chatmultischema.amqp.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.RabbitUrl;
import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The depths of more queues than one turn can query. */
class DepthSweepIT {

  private static final int TENANTS = 300;
  private static final Duration TURN = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<TenantId> tenants = Stream.generate(TenantId::create).limit(TENANTS).toList();
  private Broker broker;
  private TcpProxy line;
  private TopologyConnection connection;
  private TenantQueues queues;
  private DepthSweep sweep;

  @BeforeEach
  void declareQueues() throws Exception {
    var url = Backends.shared().rabbitmqUrl();
    broker = new Broker(url);
    line = TcpProxy.to(url);
    var endpoint =
        new RabbitEndpoint(
            RabbitUrl.parse(line.url(url)), Duration.ofSeconds(5), Duration.ofSeconds(3));
    connection = new TopologyConnection(endpoint);
    connection.start();
    queues = new TenantQueues(connection, new MessageTopology(QueueType.CLASSIC, List.of(1_000L)));
    await()
        .atMost(PATIENCE)
        .ignoreException(BrokerUnavailable.class)
        .untilAsserted(queues::declareShared);
    tenants.forEach(queues::declare);
    sweep = new DepthSweep(queues);
  }

  @AfterEach
  void deleteQueues() throws Exception {
    tenants.forEach(queues::delete);
    connection.stop();
    line.close();
    broker.close();
  }

  @Test
  void goesOnWithTheTenantsThatWereLeftOut() throws Exception {
    sweep.turn(tenants, TURN);
    assertThat(sweep.known()).hasSizeBetween(1, TENANTS - 1);
    while (sweep.known().size() < TENANTS) {
      int before = sweep.known().size();
      sweep.turn(tenants, TURN);
      assertThat(sweep.known().size()).isGreaterThan(before);
    }
    broker.put(MessageTopology.queue(tenants.get(0)), "{}");
    broker.put(MessageTopology.queue(tenants.get(TENANTS - 1)), "{}");
    for (int i = 0; i <= TENANTS && !knows(0, TENANTS - 1); i++) {
      sweep.turn(tenants, TURN);
    }
    assertThat(knows(0, TENANTS - 1)).isTrue();
  }

  private boolean knows(int... withOneMessage) {
    for (int tenant : withOneMessage) {
      if (!sweep.known().get(tenants.get(tenant)).equals(new Depth(1, 0))) {
        return false;
      }
    }
    return true;
  }

  @Test
  void forgetsTenantsThatAreNotAskedForAnyMore() {
    sweep.turn(tenants, PATIENCE);
    assertThat(sweep.known()).hasSize(TENANTS);
    sweep.turn(tenants.subList(0, 2), PATIENCE);
    assertThat(sweep.known()).containsOnlyKeys(tenants.get(0), tenants.get(1));
  }

  @Test
  void keepsTheLastKnownDepthsWhileTheBrokerIsUnavailable() {
    var some = tenants.subList(0, 3);
    sweep.turn(some, PATIENCE);
    line.cut();
    try {
      sweep.turn(some, PATIENCE);
      assertThat(sweep.known()).containsOnlyKeys(some);
      assertThat(sweep.query(some, PATIENCE)).isEmpty();
    } finally {
      line.restore();
    }
    await()
        .atMost(PATIENCE)
        .ignoreException(BrokerUnavailable.class)
        .untilAsserted(() -> assertThat(queues.depths(some, PATIENCE)).hasSize(3));
  }
}
