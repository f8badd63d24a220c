package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.stream.Follower;
import dev.chatmultischema.support.ChatClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A live reader of each of several tenants. */
final class Readers implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Map<String, Follower> followers = new LinkedHashMap<>();

  /** Follows each tenant from its first message, on any of the nodes. */
  Readers(List<URI> nodes, List<String> tenants, String token) {
    for (var tenant : tenants) {
      var headers = Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant);
      followers.put(tenant, new Follower(nodes, headers));
    }
  }

  /** Asserts that each reader has received, or soon receives, all messages once and in order. */
  void assertSawAll(ChatClient admin) {
    followers.forEach((tenant, follower) -> assertSawAll(follower, admin.tenant(tenant), tenant));
  }

  private static void assertSawAll(Follower follower, ChatClient client, String tenant) {
    long head = client.head();
    await("a reader sees all of tenant " + tenant)
        .atMost(PATIENCE)
        .until(() -> follower.seen() >= head);
    assertThat(follower.seqs())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, head).boxed().toList());
  }

  /** Waits until each reader has received another message. */
  void awaitMore() {
    var before = followers.values().stream().map(Follower::seen).toList();
    var all = List.copyOf(followers.values());
    await("more received messages")
        .atMost(PATIENCE)
        .until(
            () -> IntStream.range(0, all.size()).allMatch(i -> all.get(i).seen() > before.get(i)));
  }

  /** Waits until each reader has got a reset, and nearly reached the present end. */
  void awaitReset(ChatClient admin) {
    followers.forEach(
        (tenant, follower) ->
            await("a reset of tenant " + tenant)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                    () ->
                        follower.resets() > 0
                            && follower.seen() >= admin.tenant(tenant).head() - 20));
  }

  @Override
  public void close() throws IOException {
    for (var follower : followers.values()) {
      follower.close();
    }
  }
}
