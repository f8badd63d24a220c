package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.RedisSentinels;
import dev.chatmultischema.embedded.RedisSentinels.Server;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.user.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisException;

/** Streams of two nodes while the master of Redis is demoted alive, and the next one is killed. */
class StreamSentinelIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOME = 100;

  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicLong published = new AtomicLong();

  @Test
  void receiveAllInOrderWithoutReconnecting() throws Exception {
    var threads = Executors.newSingleThreadExecutor();
    var followers = new ArrayList<Follower>();
    var database = Backends.shared().newDatabase();
    try (var sentinels = RedisSentinels.start();
        var one = node(database, sentinels);
        var other = node(database, sentinels)) {
      var token = one.login(one.addUser(Role.USER, null));
      var tenant = one.addTenant(token);
      var headers = Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString());
      for (var node : List.of(one, other)) {
        followers.add(new Follower(List.of(node.uri()), headers));
      }
      await().atMost(PATIENCE).until(() -> followers.stream().allMatch(Follower::isFollowing));
      var publisher = threads.submit(() -> publish(one.as(token).tenant(tenant)));
      awaitReceived(followers);

      var first = sentinels.servers().get(0);
      var second = sentinels.servers().get(1);
      sentinels.failOver();
      awaitMaster(sentinels, second);
      awaitReceived(followers);
      await("the former master as a replica").atMost(PATIENCE).until(() -> isReplica(first));
      second.kill();
      awaitReceived(followers);
      awaitMaster(sentinels, first);
      awaitReceived(followers);

      enough.set(true);
      publisher.get();
      var all = LongStream.rangeClosed(1, published.get()).boxed().toList();
      for (var follower : followers) {
        await("all messages").atMost(PATIENCE).until(() -> follower.seen() >= all.size());
        assertThat(follower.seqs()).isEqualTo(all);
        assertThat(follower.streams()).isEqualTo(1);
        follower.close();
      }
    } finally {
      enough.set(true);
      threads.shutdownNow();
    }
  }

  private static ChatService node(String database, RedisSentinels sentinels) {
    return ChatService.on(Backends.shared())
        .environment("DATABASE_URL", database)
        .setting("redis.url", '"' + sentinels.url() + '"')
        .start();
  }

  private void publish(ChatClient sender) {
    while (!enough.get()) {
      sender.post("/messages", Map.of("content", Map.of("text", "hello"))).expect(202);
      published.incrementAndGet();
    }
  }

  private void awaitReceived(List<Follower> followers) {
    long wanted = published.get() + SOME;
    await("messages")
        .atMost(PATIENCE)
        .until(() -> followers.stream().allMatch(follower -> follower.seen() >= wanted));
  }

  private static void awaitMaster(RedisSentinels sentinels, Server server) {
    await("failover").atMost(PATIENCE).until(() -> sentinels.isMaster(server));
  }

  private static boolean isReplica(Server server) {
    try (var jedis = server.connect()) {
      return jedis.info("replication").contains("master_link_status:up");
    } catch (JedisException e) {
      // A server ends its connections when it becomes a replica.
      return false;
    }
  }
}
