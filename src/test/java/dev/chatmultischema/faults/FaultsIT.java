package dev.chatmultischema.faults;

import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes under load while connections, servers and queues fail: accepted messages are stored
 * once and in order, and further messages are accepted afterwards.
 */
class FaultsIT {

  private static final int SOME = 20;

  private String database;
  private TcpProxy postgresql;
  private TcpProxy rabbitmq;
  private TcpProxy redis;
  private ChatService one;
  private ChatService two;
  private ChatClient admin;
  private List<String> tenants;
  private Traffic traffic;

  @BeforeEach
  void start() throws Exception {
    var backends = Backends.shared();
    database = backends.newDatabase();
    ChatService.migrate(database);
    postgresql = TcpProxy.to(database);
    rabbitmq = TcpProxy.to(backends.rabbitmqUrl());
    redis = TcpProxy.to(backends.redisUrl());
    one = startNode(backends);
    two = startNode(backends);
    admin = one.asAdmin();
    tenants = List.of(createTenant(), createTenant());
    traffic =
        Traffic.start(
            List.of(one.uri(), two.uri()),
            tenants,
            List.of(one.adminToken(), one.adminToken(), one.adminToken()));
    traffic.awaitMore(SOME);
  }

  private ChatService startNode(Backends backends) {
    return ChatService.on(backends)
        .environment("DATABASE_URL", postgresql.url(database))
        .environment("RABBITMQ_URL", rabbitmq.url(backends.rabbitmqUrl()))
        .environment("REDIS_URL", redis.url(backends.redisUrl()))
        .start();
  }

  private String createTenant() {
    return admin.post("/tenants", Map.of("tenant_name", "F")).expect(201).text("/tenant_id");
  }

  @AfterEach
  void stop() {
    traffic.close();
    one.close();
    two.close();
    postgresql.close();
    rabbitmq.close();
    redis.close();
  }

  private void assertRecovered() throws Exception {
    traffic.awaitMore(SOME);
    traffic.stop();
    traffic.assertAllStored(admin);
  }

  @Test
  void survivesCutDatabaseConnections() throws Exception {
    postgresql.cut();
    awaitHealth("database", "down");
    postgresql.restore();
    assertRecovered();
  }

  @Test
  void survivesASilentDatabase() throws Exception {
    postgresql.stall();
    awaitHealth("database", "down");
    postgresql.restore();
    assertRecovered();
  }

  @Test
  void survivesTerminatedBackends() throws Exception {
    for (int round = 0; round < 3; round++) {
      // The pools may need a moment to reconnect after the last round.
      await().atMost(Duration.ofSeconds(10)).until(() -> terminateBackends() > 0);
      traffic.awaitMore(SOME);
    }
    assertRecovered();
  }

  private int terminateBackends() {
    return one.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT count(pg_terminate_backend(pid))
                        FROM pg_stat_activity
                        WHERE application_name = 'tenant-api'
                          AND datname = current_database()
                        """)
                    .mapTo(int.class)
                    .one());
  }

  @Test
  void survivesCutBrokerConnections() throws Exception {
    rabbitmq.cut();
    awaitHealth("rabbitmq", "down");
    rabbitmq.restore();
    assertRecovered();
  }

  @Test
  void survivesASilentBroker() throws Exception {
    rabbitmq.stall();
    awaitHealth("rabbitmq", "down");
    rabbitmq.restore();
    assertRecovered();
  }

  @Test
  void survivesTheLossOfRedis() throws Exception {
    redis.cut();
    awaitHealth("redis", "down");
    traffic.awaitMore(SOME);
    redis.restore();
    awaitHealth("redis", "up");
    assertRecovered();
  }

  @Test
  void survivesDeletedQueues() throws Exception {
    try (var broker = new Broker(Backends.shared().rabbitmqUrl())) {
      traffic.losing(
          () -> {
            for (var tenant : tenants) {
              broker.deleteQueue(Broker.deadLetters(tenant));
              broker.deleteQueue(Broker.queue(tenant));
            }
            // Until the queues are redeclared, the first messages of a batch may find none.
            for (var tenant : tenants) {
              await("the queue of " + tenant)
                  .atMost(Duration.ofSeconds(30))
                  .ignoreExceptions()
                  .until(() -> broker.consumers(Broker.queue(tenant)) > 0);
            }
          });
      assertRecovered();
    }
  }

  @Test
  void survivesKillingAndStartingConsumers() throws Exception {
    for (int round = 0; round < 5; round++) {
      one.admin().post("/tasks/kill-consumers?all=true").expect(200);
      traffic.awaitMore(5);
      two.admin().post("/tasks/start-consumers?all=true").expect(200);
      traffic.awaitMore(5);
    }
    assertRecovered();
  }

  private void awaitHealth(String dependency, String state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> one.anonymous().get("/health").text("/" + dependency).equals(state));
  }
}
