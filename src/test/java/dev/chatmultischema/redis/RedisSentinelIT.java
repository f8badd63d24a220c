package dev.chatmultischema.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.embedded.RedisSentinels;
import dev.chatmultischema.embedded.RedisSentinels.Server;
import dev.chatmultischema.support.ChatService;
import io.dropwizard.core.setup.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Two nodes follow the master of real sentinels, also away from one that still answers. */
class RedisSentinelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Twice the five seconds that a failover may take from the time at which the sentinels name
   * another master, since a machine that runs tests may be busy.
   */
  private static final Duration BOUND = Duration.ofSeconds(10);

  private static final String TOPIC = "test";

  private final List<Environment> environments = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private RedisSentinels sentinels;
  private Server first;
  private Server second;
  private Redis sender;

  @BeforeEach
  void start() throws Exception {
    sentinels = RedisSentinels.start();
    first = sentinels.servers().get(0);
    second = sentinels.servers().get(1);
  }

  @AfterEach
  void stop() throws Exception {
    for (var environment : environments) {
      for (var managed : environment.lifecycle().getManagedObjects()) {
        managed.stop();
      }
    }
    sentinels.close();
  }

  private Redis node(String url) throws Exception {
    var environment = new Environment("redis-sentinel-test");
    var factory = new RedisFactory();
    factory.setUrl(url);
    var redis = factory.build(environment, ChatService.signatures());
    for (var managed : environment.lifecycle().getManagedObjects()) {
      managed.start();
    }
    environments.add(environment);
    return redis;
  }

  private void startNodes(String url) throws Exception {
    sender = node(url);
    node(url).onWakeup(TOPIC, () -> {});
    node(url)
        .subscriber()
        .subscribe(
            PubSubChannels.wakeup(TOPIC),
            new RedisSubscriber.Listener() {
              @Override
              public void onSubscribed() {}

              @Override
              public void onMessage(byte[] payload) {
                received.incrementAndGet();
              }

              @Override
              public void onLost() {}
            });
    awaitDelivery();
  }

  private void awaitDelivery() {
    long before = received.get();
    await("delivery")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> delivers(before));
  }

  private boolean delivers(long before) {
    sender.publishWakeup(TOPIC);
    return received.get() > before;
  }

  /** Waits until publishers and subscribers are at a server, and prints the time since a moment. */
  private void awaitAt(Server server, String fault, long since) {
    await("connections to the new master")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              sender.publishWakeup(TOPIC);
              return publishers(server) >= 1 && subscribers(server) >= 2;
            });
    awaitDelivery();
    var elapsed = Duration.ofNanos(System.nanoTime() - since);
    System.out.printf("%s: on the new master after %d ms%n", fault, elapsed.toMillis());
    assertThat(elapsed).isLessThan(BOUND);
  }

  private static long publishers(Server server) {
    return clients(server).stream().filter(client -> client.contains("cmd=publish")).count();
  }

  private static long subscribers(Server server) {
    return clients(server).stream()
        .filter(
            client ->
                client.contains("cmd=subscribe")
                    || client.contains("cmd=ping") && !client.contains(" sub=0 "))
        .count();
  }

  private static List<String> clients(Server server) {
    try (var jedis = server.connect()) {
      return jedis.clientList().lines().filter(line -> line.contains("user=chat")).toList();
    }
  }

  /** Waits until the sentinels name a server, and returns that moment. */
  private long awaitNamed(Server server) {
    await("failover")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> sentinels.isMaster(server));
    return System.nanoTime();
  }

  private static void awaitUnused(Server server) {
    await("no connections to the former master")
        .atMost(BOUND)
        .until(() -> clients(server).isEmpty());
  }

  private String health(int node) {
    var health = environments.get(node).healthChecks().runHealthCheck(RedisFactory.NAME);
    return health.isHealthy() + " " + health.getMessage();
  }

  @Test
  void movesWhenTheMasterIsKilled() throws Exception {
    startNodes(sentinels.url());
    assertThat(health(0)).matches("true PING answered in \\d+ ms by " + first.address());
    long killed = System.nanoTime();
    first.kill();
    awaitAt(second, "Redis master killed (after the switch)", awaitNamed(second));
    System.out.printf(
        "Redis master killed: %d ms in all%n", (System.nanoTime() - killed) / 1_000_000);
    assertThat(health(0)).matches("true PING answered in \\d+ ms by " + second.address());
  }

  @Test
  void movesWhenTheMasterIsDemotedAlive() throws Exception {
    startNodes(sentinels.url());
    sentinels.failOver();
    awaitAt(second, "Redis master demoted alive", awaitNamed(second));
    awaitUnused(first);
  }

  @Test
  void movesWhenTheMasterIsSuspendedAndStaysWhenItReturns() throws Exception {
    startNodes(sentinels.url());
    first.signal("STOP");
    long named;
    try {
      named = awaitNamed(second);
      awaitAt(second, "Redis master suspended", named);
    } finally {
      first.signal("CONT");
    }
    awaitUnused(first);
    awaitDelivery();
    assertThat(subscribers(second)).isEqualTo(2);
  }

  /** The former master is no replica: only the sentinels know that it was replaced. */
  @Test
  void leavesAMasterThatDoesNotKnowOfItsReplacement() throws Exception {
    startNodes(sentinels.url());
    run(second, jedis -> jedis.replicaofNoOne());
    for (var sentinel : sentinels.sentinels().subList(1, 3)) {
      run(sentinel, jedis -> jedis.sentinelRemove(RedisSentinels.MASTER));
      run(
          sentinel,
          jedis -> jedis.sentinelMonitor(RedisSentinels.MASTER, "127.0.0.1", second.port(), 2));
    }
    sentinels.sentinels().get(0).kill();
    awaitAt(second, "Redis master replaced without its knowledge", System.nanoTime());
    assertThat(role(first)).isEqualTo("master");
    awaitUnused(first);
  }

  @Test
  void noticesAServerOfAPlainUrlThatIsDemoted() throws Exception {
    sentinels.sentinels().forEach(Server::kill);
    startNodes("redis://chat:chat@" + first.address());
    run(second, jedis -> jedis.replicaofNoOne());
    run(first, jedis -> jedis.replicaof("127.0.0.1", second.port()));
    await().atMost(BOUND).until(() -> health(0).contains(first.address() + " is a replica"));
    await()
        .atMost(BOUND)
        .until(
            () -> {
              sender.publishWakeup(TOPIC);
              return subscribers(first) == 0 && publishers(first) == 0;
            });
    run(first, jedis -> jedis.replicaofNoOne());
    awaitAt(first, "Redis at a plain URL promoted again", System.nanoTime());
  }

  @Test
  void worksWithoutThePermissionToCheckTheRole() throws Exception {
    for (var server : sentinels.servers()) {
      run(server, jedis -> jedis.aclSetUser("chat", "-role"));
    }
    startNodes(sentinels.url());
    assertThat(health(0)).startsWith("true");
    sentinels.failOver();
    awaitAt(second, "Redis master demoted alive, without +role", awaitNamed(second));
  }

  @Test
  void reportsWhyThereIsNoMaster() throws Exception {
    var unreachable = "127.0.0.1:" + FreePort.find();
    node("redis+sentinel://%s/chat".formatted(unreachable));
    node(sentinels.url().replace("/chat", "/other"));
    node(sentinels.url().replace("chat:chat@", "chat:wrong@"));
    node(sentinels.url().replace("chat:chat@", "").replaceFirst(",.*/", "/"));
    assertThat(health(0)).startsWith("false no sentinel names the master chat: " + unreachable);
    assertThat(health(1))
        .startsWith("false no sentinel names the master other: ")
        .contains(sentinels.sentinels().get(1).address() + " knows no master of this name");
    assertThat(health(2)).startsWith("false ").contains("WRONGPASS");
    assertThat(health(3)).startsWith("false ").contains("NOPERM");
    startNodes(sentinels.url());
    sentinels.sentinels().forEach(Server::kill);
    awaitDelivery();
    assertThat(health(4)).startsWith("false no sentinel names the master chat: ");
    awaitDelivery();
  }

  private interface Command {
    void run(Jedis jedis);
  }

  private static void run(Server server, Command command) {
    try (var jedis = server.connect()) {
      command.run(jedis);
    }
  }

  private static String role(Server server) {
    try (var jedis = server.connect()) {
      return (String) jedis.role().get(0);
    }
  }
}
