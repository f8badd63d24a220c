package dev.chatmultischema.faults;

import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Traffic;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Machines of a cluster are lost under the load of two replicas: nothing that was accepted is lost,
 * stored twice or out of order, and live readers see all of it. The time of recovery is printed:
 * from the fault until each sender had another message accepted, and each reader got another one.
 *
 * <p>Runs where {@code ops/servers run --cluster} has started the servers. Some tenants and readers
 * of each test are checked after it, others, {@code cluster.tenants} of them, after all.
 */
@EnabledIfEnvironmentVariable(
    named = LocalCluster.DIRECTORY,
    matches = ".+",
    disabledReason = "needs servers of ops/servers run --cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterFaultsIT {

  /** The tag of faults that last long, which {@code .ci/run} leaves out. */
  private static final String NIGHTLY = "nightly";

  private static final int TENANTS = Integer.getInteger("cluster.tenants", 40);
  private static final int TENANTS_OF_TEST = 4;
  private static final Duration QUICK = Duration.ofMillis(100);
  private static final Duration SLOW = Duration.ofMillis(1_000);

  /** At most 40 requests a second in all: the brokers of a cluster share the processors here. */
  private static final Duration BACKGROUND = Duration.ofMillis(Math.max(1_000, 25 * TENANTS));

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A node of RabbitMQ that returns replays what it has missed, for each quorum queue. */
  private static final Duration REPAIR_PATIENCE = Duration.ofMinutes(5);

  private static LocalCluster cluster;
  private static List<ChatService> nodes;
  private static List<URI> uris;
  private static String token;
  private static String otherToken;
  private static ChatClient admin;
  private static Traffic background;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LocalCluster();
    var database = Backends.shared().newDatabase();
    nodes = List.of(startNode(database), startNode(database));
    uris = nodes.stream().map(ChatService::uri).toList();
    token = nodes.get(0).adminToken();
    otherToken = nodes.get(0).adminToken();
    admin = nodes.get(0).asAdmin();
    background = Traffic.start(uris, createTenants(TENANTS), List.of(token), BACKGROUND);
    background.awaitMore(1);
  }

  private static ChatService startNode(String database) {
    return ChatService.on(Backends.shared())
        .environment("DATABASE_URL", database)
        .environment("RABBITMQ_QUEUE_TYPE", "quorum")
        .start();
  }

  private static List<String> createTenants(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> createTenant().expect(201).text("/tenant_id"))
        .toList();
  }

  /** Repeats the request, as clients do, while a queue cannot be declared after the last fault. */
  private static Answer createTenant() {
    return Answer.repeated(
        REPAIR_PATIENCE, () -> admin.post("/tenants", Map.of("tenant_name", "C")));
  }

  @AfterAll
  static void stop() {
    background.close();
    nodes.forEach(ChatService::close);
  }

  /** What breaks and how it is mended, under load. */
  private void survives(String what, Traffic.Action fault, Traffic.Action repair) throws Exception {
    var tenants = createTenants(TENANTS_OF_TEST);
    try (var readers = new Readers(uris, tenants, token);
        var traffic = Traffic.start(uris, tenants, List.of(token, otherToken), QUICK)) {
      traffic.awaitMore(10);
      long started = System.nanoTime();
      fault.run();
      traffic.awaitMore(1);
      double accepted = since(started);
      readers.awaitMore();
      System.out.printf(
          "%s: accepted again after %.1f s, received after %.1f s%n",
          what, accepted, since(started));
      repair.run();
      traffic.awaitMore(10);
      traffic.stop();
      traffic.assertAllStored(admin);
      readers.assertSawAll(admin);
    }
  }

  private static double since(long started) {
    return (System.nanoTime() - started) / 1e9;
  }

  @Test
  @Order(1)
  @Tag(NIGHTLY)
  void survivesTheLossOfTheBrokersBusiestNode() throws Exception {
    var node = cluster.busiestRabbitmq();
    survives(
        "RabbitMQ node with most leaders killed",
        () -> cluster.run("kill", node),
        () -> restartRabbitmq(node));
  }

  @Test
  @Order(2)
  void survivesAPartitionedNodeOfTheBroker() throws Exception {
    var node = cluster.busiestRabbitmq();
    survives(
        "RabbitMQ node with most leaders partitioned",
        () -> cluster.isolate(node),
        () -> {
          cluster.reconnect(node);
          awaitWhole(node);
        });
  }

  @Test
  @Order(3)
  @Tag(NIGHTLY)
  void survivesAStoppedNodeOfTheBroker() throws Exception {
    survives(
        "RabbitMQ node stopped by stop_app",
        () -> cluster.rabbitmqctl("rabbitmq-2", "-q", "stop_app"),
        () -> {
          cluster.rabbitmqctl("rabbitmq-2", "-q", "start_app");
          awaitWhole("rabbitmq-2");
        });
  }

  @Test
  @Order(4)
  @Tag(NIGHTLY)
  void survivesARollingRestartOfTheBroker() throws Exception {
    survives(
        "RabbitMQ nodes restarted in turn",
        () -> {
          for (var node : List.of("rabbitmq-1", "rabbitmq-2", "rabbitmq-3")) {
            restartRabbitmq(node);
          }
        },
        () -> {});
  }

  private static void restartRabbitmq(String node) throws Exception {
    cluster.run("restart", node);
    cluster.rabbitmqctl(node, "-q", "await_startup");
    awaitWhole(node);
  }

  private static void awaitWhole(String node) {
    await()
        .atMost(REPAIR_PATIENCE)
        .pollInterval(SLOW)
        .ignoreExceptions()
        .until(() -> cluster.isWhole(node));
  }

  @Test
  @Order(5)
  void survivesAKilledPrimary() throws Exception {
    var primary = cluster.primary();
    var standby = cluster.standby();
    survives(
        "PostgreSQL primary killed, standby promoted",
        () -> {
          cluster.run("kill", primary);
          cluster.run("promote", standby);
        },
        () -> cluster.run("rejoin", primary));
  }

  @Test
  @Order(6)
  void survivesAPromotionBesideTheFormerPrimary() throws Exception {
    var primary = cluster.primary();
    var standby = cluster.standby();
    survives(
        "PostgreSQL standby promoted, primary alive",
        () -> cluster.run("promote", standby),
        () -> cluster.run("rejoin", primary));
  }

  /** The primary waits for its standby, the only one; posts are accepted meanwhile, and queued. */
  @Test
  @Order(7)
  @Tag(NIGHTLY)
  void survivesAKilledSynchronousStandby() throws Exception {
    var standby = cluster.standby();
    survives(
        "PostgreSQL standby killed, for which the primary waits, and restarted",
        () -> {
          cluster.run("kill", standby);
          background.awaitMore(1);
          cluster.run("restart", standby);
        },
        () -> {});
  }

  @Test
  @Order(8)
  void survivesAKilledMasterOfRedis() throws Exception {
    var master = cluster.masterOfRedis();
    survives(
        "Redis master killed",
        () -> {
          cluster.run("kill", master);
          awaitMasterOtherThan(master);
        },
        () -> restartRedis(master));
  }

  @Test
  @Order(9)
  void survivesADemotedMasterOfRedis() throws Exception {
    var master = cluster.masterOfRedis();
    survives(
        "Redis master demoted while alive",
        () -> {
          await()
              .atMost(PATIENCE)
              .until(() -> cluster.sentinel("failover", "chat").startsWith("OK"));
          awaitMasterOtherThan(master);
        },
        () -> {});
  }

  @Test
  @Order(10)
  @Tag(NIGHTLY)
  void survivesAKilledReplicaOfRedis() throws Exception {
    var replica = cluster.masterOfRedis().equals("redis-1") ? "redis-2" : "redis-1";
    survives(
        "Redis replica killed", () -> cluster.run("kill", replica), () -> restartRedis(replica));
  }

  private static void awaitMasterOtherThan(String master) {
    await().atMost(PATIENCE).until(() -> !cluster.masterOfRedis().equals(master));
  }

  /** Restarts a member, which the Sentinels make a replica: a failover needs one. */
  private static void restartRedis(String member) throws Exception {
    cluster.run("restart", member);
    await().atMost(PATIENCE).until(() -> cluster.isReplicaOfRedis(member));
  }

  @Test
  @Order(11)
  @Tag(NIGHTLY)
  void survivesTheLossOfABrokerNodeAndThePrimaryAtOnce() throws Exception {
    var node = cluster.busiestRabbitmq();
    var primary = cluster.primary();
    var standby = cluster.standby();
    survives(
        "RabbitMQ node and PostgreSQL primary killed at once",
        () -> {
          cluster.run("kill", node);
          cluster.run("kill", primary);
          cluster.run("promote", standby);
        },
        () -> {
          restartRabbitmq(node);
          cluster.run("rejoin", primary);
        });
  }

  @Test
  @Order(12)
  @Tag(NIGHTLY)
  void survivesTheLossOfABrokerNodeAndTheMasterOfRedisAtOnce() throws Exception {
    var node = cluster.busiestRabbitmq();
    var master = cluster.masterOfRedis();
    survives(
        "RabbitMQ node and Redis master killed at once",
        () -> {
          cluster.run("kill", node);
          cluster.run("kill", master);
          awaitMasterOtherThan(master);
        },
        () -> {
          restartRabbitmq(node);
          restartRedis(master);
        });
  }

  /**
   * The standby was down when the primary is lost, so that messages that were accepted and stored
   * are lost. Their readers get a reset, and see what remains; nothing of that is missing or twice.
   */
  @Test
  @Order(13)
  @Tag(NIGHTLY)
  void resetsReadersOfMessagesThatAnAsynchronousStandbyLacks() throws Exception {
    var tenants = createTenants(TENANTS_OF_TEST);
    try (var readers = new Readers(uris, tenants, token);
        var traffic = Traffic.start(uris, tenants, List.of(token, otherToken), QUICK)) {
      traffic.awaitMore(10);
      var primary = cluster.primary();
      var standby = cluster.standby();
      cluster.replicateAsynchronously();
      background.losing(() -> traffic.losing(() -> loseTail(primary, standby, tenants)));
      long started = System.nanoTime();
      traffic.awaitMore(1);
      readers.awaitReset(admin);
      System.out.printf(
          "PostgreSQL standby without the last messages promoted: readers were reset, and had read"
              + " all again, after %.1f s%n",
          since(started));
      cluster.run("rejoin", primary);
      traffic.awaitMore(10);
      traffic.stop();
      traffic.assertAllStored(admin);
      readers.assertSawAll(admin);
    }
  }

  private static void loseTail(String primary, String standby, List<String> tenants)
      throws Exception {
    cluster.run("kill", standby);
    var before = tenants.stream().map(tenant -> admin.tenant(tenant).head()).toList();
    for (int i = 0; i < tenants.size(); i++) {
      var client = admin.tenant(tenants.get(i));
      long head = before.get(i);
      await().atMost(PATIENCE).until(() -> client.head() > head + 10);
    }
    cluster.run("kill", primary);
    cluster.run("restart", standby);
    cluster.run("promote", standby);
  }

  @Test
  @Order(14)
  void hasLostNothingOfAllOthers() throws Exception {
    background.awaitMore(1);
    background.stop();
    background.assertAllStored(admin);
  }
}
