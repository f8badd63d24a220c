package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.RedisServer;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ServiceProcess;
import dev.chatmultischema.user.Role;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Many subscribers of two nodes while messages are published, and a node or Redis ends: each
 * receives every message once and in order.
 */
class StreamFailoverIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FOLLOWERS = 200;
  private static final int SOME = 100;
  private static final int BATCH = 5;

  private final List<Follower> followers = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch enough = new CountDownLatch(1);
  private final AtomicLong published = new AtomicLong();

  private RedisServer redis;
  private Map<String, String> environment;
  private ChatService staying;
  private ServiceProcess other;
  private Map<String, String> headers;
  private Future<?> publisher;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServer.start();
    var backends = Backends.shared();
    environment =
        new HashMap<>(
            ServiceProcess.environment(
                backends.newDatabase(), backends.rabbitmqUrl(), redis.url()));
    var setup = ChatService.on(backends).environment("NODE_ID", "staying");
    environment.forEach(setup::environment);
    staying = setup.start();
    environment.put("NODE_ID", "other");
    other = ServiceProcess.start(environment);
    var token = staying.login(staying.addUser(Role.USER, null));
    var tenant = staying.addTenant(token);
    headers = Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString());
    var sender = staying.as(token).tenant(tenant);
    publisher = threads.submit(() -> publish(sender));
  }

  @AfterEach
  void stop() throws Exception {
    enough.countDown();
    for (var follower : followers) {
      follower.close();
    }
    threads.shutdownNow();
    other.close();
    staying.close();
    redis.close();
  }

  private void publish(ChatClient sender) {
    do {
      var batch =
          Map.of("messages", Stream.generate(StreamFailoverIT::message).limit(BATCH).toList());
      Answer.repeated(PATIENCE, () -> sender.post("/messages/batch", batch)).expect(202);
      published.addAndGet(BATCH);
      // Limits the rate, since this test needs no large number of messages.
    } while (!Uninterruptibles.awaitUninterruptibly(enough, 20, TimeUnit.MILLISECONDS));
  }

  /** With an id, so that a repeated batch is stored once. */
  private static Map<String, Object> message() {
    return Map.of("message_id", UUID.randomUUID(), "content", Map.of("text", "hello"));
  }

  private void awaitMore() {
    long wanted = published.get() + SOME;
    await("more messages")
        .atMost(PATIENCE)
        .until(() -> publisher.isDone() || published.get() >= wanted);
  }

  /** Opens half of the streams at each node. */
  private void follow(int count) {
    var nodes = List.of(staying.uri(), other.uri());
    for (int i = 0; i < count; i++) {
      var order = new ArrayList<URI>(nodes);
      Collections.rotate(order, i);
      followers.add(new Follower(order, headers));
    }
    await("streams")
        .atMost(PATIENCE)
        .until(() -> followers.stream().allMatch(Follower::isFollowing));
  }

  private void assertEachReceivedAll() throws Exception {
    awaitMore();
    enough.countDown();
    publisher.get();
    var all = LongStream.rangeClosed(1, published.get()).boxed().toList();
    for (var follower : followers) {
      await("all messages").atMost(PATIENCE).until(() -> follower.seen() >= all.size());
      assertThat(follower.seqs()).isEqualTo(all);
    }
  }

  /** Those that it refused for its load have gone to the other node. */
  private long followersOfOther() {
    long count = followers.stream().filter(follower -> follower.isAt(other.uri())).count();
    assertThat(count).isPositive();
    return count;
  }

  private long reconnected() {
    return followers.stream().filter(follower -> follower.streams() > 1).count();
  }

  @Test
  void continuesOnAnotherNodeWhenANodeIsKilled() throws Exception {
    follow(FOLLOWERS);
    awaitMore();
    long cut = followersOfOther();
    other.kill();
    assertEachReceivedAll();
    assertThat(reconnected()).isEqualTo(cut);
  }

  @Test
  void continuesOnAnotherNodeWhenANodeStops() throws Exception {
    follow(FOLLOWERS);
    awaitMore();
    long cut = followersOfOther();
    other.terminate();
    assertEachReceivedAll();
    await().atMost(PATIENCE).until(() -> reconnected() == cut);
    assertThat(other.awaitExit(15)).isTrue();
  }

  @Test
  void staysLiveWhileRedisIsRestarted() throws Exception {
    follow(20);
    for (int round = 0; round < 2; round++) {
      awaitMore();
      redis.kill();
      awaitMore();
      awaitReceived(published.get());
      redis = redis.startAgain();
    }
    assertEachReceivedAll();
    assertThat(reconnected()).isZero();
  }

  private void awaitReceived(long seq) {
    for (var follower : followers) {
      await("messages without Redis").atMost(PATIENCE).until(() -> follower.seen() >= seq);
    }
  }
}
