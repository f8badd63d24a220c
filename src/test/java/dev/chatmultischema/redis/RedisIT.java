package dev.chatmultischema.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.json.StrictJson;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.Duration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class RedisIT {

  private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(20);

  private final Environment environment = new Environment("redis-test");
  private TcpProxy proxy;
  private Jedis server;
  private Redis redis;

  @BeforeEach
  void start() throws Exception {
    var url = Backends.shared().redisUrl();
    proxy = TcpProxy.to(url);
    server = new Jedis(java.net.URI.create(url));
    var factory = new RedisFactory();
    factory.setUrl(proxy.url(url));
    factory.setTimeout(Duration.seconds(2));
    factory.setPingInterval(Duration.seconds(1));
    factory.setMaxBackoff(Duration.milliseconds(500));
    redis = factory.build(environment, ChatService.signatures());
    for (var managed : environment.lifecycle().getManagedObjects()) {
      managed.start();
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (var managed : environment.lifecycle().getManagedObjects()) {
      managed.stop();
    }
    server.close();
    proxy.close();
  }

  /** Records its events. */
  private static final class Events implements RedisSubscriber.Listener {
    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void onSubscribed() {
      all.add("subscribed");
    }

    @Override
    public void onMessage(byte[] payload) {
      var text = new String(payload, StandardCharsets.UTF_8);
      boolean isSigned = text.indexOf('\n') == BroadcastSignature.CONTENT - 1;
      all.add(isSigned ? text.substring(BroadcastSignature.CONTENT) : text);
    }

    @Override
    public void onLost() {
      all.add("lost");
    }

    void await(String... expected) {
      org.awaitility.Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(all).containsExactly(expected));
    }
  }

  private static void awaitAll(List<Events> events, String... expected) {
    await()
        .atMost(PATIENCE)
        .until(() -> events.stream().allMatch(each -> each.all.equals(List.of(expected))));
  }

  private static Message message(long seq) {
    return new Message(
        new UUID(0, seq), seq, null, new Content("{\"n\":" + seq + "}"), Instant.EPOCH);
  }

  @Test
  void deliversMessagesOfTheSubscribedChannel() {
    var events = new Events();
    redis.subscriber().subscribe("chat:test:1", events);
    events.await("subscribed");
    server.publish("chat:test:1", "a");
    server.publish("chat:test:2", "not for it");
    server.publish("chat:test:1", "b");
    events.await("subscribed", "a", "b");
  }

  @Test
  void deliversNothingAfterClose() {
    var events = new Events();
    var subscription = redis.subscriber().subscribe("chat:test:closed", events);
    events.await("subscribed");
    subscription.close();
    await().until(() -> server.pubsubNumSub("chat:test:closed").get("chat:test:closed") == 0);
    server.publish("chat:test:closed", "late");
    var again = new Events();
    redis.subscriber().subscribe("chat:test:closed", again);
    again.await("subscribed");
    server.publish("chat:test:closed", "b");
    again.await("subscribed", "b");
    events.await("subscribed");
  }

  @Test
  void keepsTheChannelForALaterSubscription() {
    var first = redis.subscriber().subscribe("chat:test:next", new Events());
    var events = new Events();
    redis.subscriber().subscribe("chat:test:next", events);
    first.close();
    await().atMost(PATIENCE).until(() -> events.all.contains("subscribed"));
    server.publish("chat:test:next", "a");
    await().atMost(PATIENCE).until(() -> events.all.contains("a"));
  }

  @Test
  void resubscribesToAllAfterALostConnection() {
    var events = IntStream.range(0, 500).mapToObj(i -> new Events()).toList();
    for (int i = 0; i < 500; i++) {
      redis.subscriber().subscribe("chat:test:many:" + i, events.get(i));
    }
    awaitAll(events, "subscribed");
    proxy.cut();
    awaitAll(events, "subscribed", "lost");
    proxy.restore();
    awaitAll(events, "subscribed", "lost", "subscribed");
    server.publish("chat:test:many:499", "a");
    events.get(499).await("subscribed", "lost", "subscribed", "a");
  }

  @Test
  void closesASilentConnection() {
    var events = new Events();
    redis.subscriber().subscribe("chat:test:silent", events);
    events.await("subscribed");
    proxy.stall();
    events.await("subscribed", "lost");
    proxy.restore();
    events.await("subscribed", "lost", "subscribed");
  }

  @Test
  void broadcastsTheSameJsonAsLists() throws Exception {
    var tenant = TenantId.create();
    var events = new Events();
    redis.subscriber().subscribe(PubSubChannels.tenant(tenant), events);
    events.await("subscribed");
    redis.broadcaster().broadcast(tenant, List.of(message(3), message(4)));
    redis.broadcaster().broadcast(tenant, List.of());
    var json = StrictJson.mapper();
    events.await(
        "subscribed",
        "3\n%s\n%s\n"
            .formatted(json.writeValueAsString(message(3)), json.writeValueAsString(message(4))));
  }

  @Test
  void dropsBroadcastsWithoutBlockingWhileRedisIsDown() {
    var tenant = TenantId.create();
    var dropped = environment.metrics().meter("dev.chatmultischema.redis.RedisBroadcaster.dropped");
    var events = new Events();
    redis.subscriber().subscribe(PubSubChannels.tenant(tenant), events);
    events.await("subscribed");
    proxy.cut();
    events.await("subscribed", "lost");
    long start = System.nanoTime();
    for (int i = 1; i <= 20_000; i++) {
      redis.broadcaster().broadcast(tenant, List.of(message(i)));
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(3_000);
    await().atMost(PATIENCE).until(() -> dropped.getCount() == 20_000);
    proxy.restore();
    events.await("subscribed", "lost", "subscribed");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              redis.broadcaster().broadcast(tenant, List.of(message(20_001)));
              assertThat(events.all).anyMatch(event -> event.startsWith("20001\n"));
            });
  }

  @Test
  void resendsABroadcastAfterAnIdleConnectionWasLost() {
    var tenant = TenantId.create();
    redis.broadcaster().broadcast(tenant, List.of(message(1)));
    var sent = environment.metrics().meter("dev.chatmultischema.redis.RedisBroadcaster.sent");
    await().atMost(PATIENCE).until(() -> sent.getCount() == 1);
    proxy.cut();
    proxy.restore();
    var events = new Events();
    redis.subscriber().subscribe(PubSubChannels.tenant(tenant), events);
    await().atMost(PATIENCE).until(() -> events.all.contains("subscribed"));
    redis.broadcaster().broadcast(tenant, List.of(message(2)));
    await().atMost(PATIENCE).until(() -> events.all.stream().anyMatch(s -> s.startsWith("2\n")));
  }

  @Test
  void wakesOnEachWakeupAndAfterALostConnection() {
    var woken = new AtomicInteger();
    redis.onWakeup("test", woken::incrementAndGet);
    await().atMost(PATIENCE).until(() -> woken.get() >= 1);
    redis.publishWakeup("test");
    await().atMost(PATIENCE).until(() -> woken.get() >= 2);
    redis.publishWakeup("other");
    proxy.cut();
    proxy.restore();
    await().atMost(PATIENCE).until(() -> woken.get() >= 3);
  }

  @Test
  void reportsItsHealth() {
    var health = environment.healthChecks();
    var good = health.runHealthCheck(RedisFactory.NAME);
    assertThat(good.isHealthy()).isTrue();
    assertThat(good.getMessage()).matches("PING answered in \\d+ ms by \\S+:\\d+");
    proxy.cut();
    assertThat(health.runHealthCheck(RedisFactory.NAME).isHealthy()).isFalse();
    proxy.restore();
    assertThat(health.runHealthCheck(RedisFactory.NAME).isHealthy()).isTrue();
    proxy.stall();
    var start = System.nanoTime();
    assertThat(health.runHealthCheck(RedisFactory.NAME).isHealthy()).isFalse();
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(10_000);
  }
}
