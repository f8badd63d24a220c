package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ServiceProcess;
import dev.chatmultischema.support.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node in a process of its own is killed, paused, stopped or added under load beside another one.
 *
 * <p>Another node then takes over queues with messages, which needs RabbitMQ: the embedded broker
 * delivers to the next consumer before it has requeued the deliveries of the last one, which may
 * break the order of a sender.
 */
class NodeFaultsIT {

  private static final Duration TAKE_OVER = Duration.ofSeconds(10);

  /** The broker detects a lost consumer after two missing heartbeats. */
  private static final Duration MISSED = Duration.ofSeconds(30);

  private static final int SOME = 20;
  private static final int TENANTS = 6;

  private Map<String, String> environment;
  private ChatService staying;
  private ChatClient admin;
  private List<String> tenants;
  private Traffic traffic;

  @BeforeAll
  static void assumeRabbitmq() {
    assumeFalse(Backends.shared().embedded());
  }

  @BeforeEach
  void start() {
    var backends = Backends.shared();
    environment =
        new HashMap<>(
            ServiceProcess.environment(
                backends.newDatabase(), backends.rabbitmqUrl(), backends.redisUrl()));
    var setup = ChatService.on(backends).environment("NODE_ID", "staying");
    environment.forEach(setup::environment);
    staying = setup.start();
    admin = staying.asAdmin();
    tenants = IntStream.range(0, TENANTS).mapToObj(i -> createTenant()).toList();
    traffic =
        Traffic.start(
            List.of(staying.uri()), tenants, List.of(staying.adminToken(), staying.adminToken()));
  }

  private String createTenant() {
    return admin.post("/tenants", Map.of("tenant_name", "R")).expect(201).text("/tenant_id");
  }

  @AfterEach
  void stop() {
    traffic.close();
    staying.close();
  }

  /** Starts a node, and waits until it consumes its share of the tenants. */
  private ServiceProcess startOther() throws Exception {
    environment.put("NODE_ID", "other");
    var other = ServiceProcess.start(environment);
    traffic.add(other.uri());
    await()
        .atMost(TAKE_OVER)
        .until(() -> other.metric("chat_consumer_workers") == 3.0 * TENANTS / 2);
    return other;
  }

  private void assertRecovered() throws Exception {
    traffic.awaitMore(SOME);
    traffic.stop();
    traffic.assertAllStored(admin);
  }

  @Test
  void takesOverFromAKilledNode() throws Exception {
    try (var other = startOther()) {
      traffic.awaitMore(SOME);
      other.kill();
      awaitMoreStored(MISSED);
      assertRecovered();
    }
  }

  private void awaitMoreStored(Duration limit) {
    var heads = new ArrayList<Long>();
    tenants.forEach(tenant -> heads.add(admin.tenant(tenant).head()));
    await()
        .atMost(limit)
        .until(
            () ->
                IntStream.range(0, TENANTS)
                    .allMatch(i -> admin.tenant(tenants.get(i)).head() > heads.get(i)));
  }

  /** The node keeps its state, and assumes that it still consumes when it resumes. */
  @Test
  void takesOverFromAPausedNode() throws Exception {
    try (var other = startOther()) {
      traffic.remove(other.uri());
      traffic.awaitMore(SOME);
      other.pause();
      try {
        awaitMoreStored(MISSED);
      } finally {
        other.resume();
      }
      traffic.add(other.uri());
      assertRecovered();
    }
  }

  @Test
  void takesOverFromAStoppedNode() throws Exception {
    try (var other = startOther()) {
      other.terminate();
      traffic.awaitMore(SOME);
      assertThat(other.awaitExit(15)).isTrue();
      assertRecovered();
    }
  }

  @Test
  void sharesTenantsWithAnAddedNode() throws Exception {
    try (var other = startOther()) {
      traffic.awaitMore(SOME);
      assertThat(other.metric("chat_messages_stored_total")).isPositive();
      assertRecovered();
    }
  }
}
