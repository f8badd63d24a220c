package dev.chatmultischema.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BroadcastQueueTest {

  private static Broadcast stored(int bytes) {
    var content = new Content("{\"a\":\"%s\"}".formatted("x".repeat(bytes)));
    return new Broadcast.Stored(
        TenantId.create(),
        List.of(new Message(UUID.randomUUID(), 1, null, content, Instant.EPOCH)));
  }

  @Test
  void isBoundedByNumber() throws Exception {
    var queue = new BroadcastQueue(2, 1_000_000);
    assertThat(queue.offer(stored(1))).isTrue();
    assertThat(queue.offer(stored(1))).isTrue();
    assertThat(queue.offer(stored(1))).isFalse();
    assertThat(queue.poll(1, 0)).hasSize(1);
    assertThat(queue.offer(stored(1))).isTrue();
  }

  @Test
  void isBoundedByBytes() throws Exception {
    var queue = new BroadcastQueue(100, 10_000);
    assertThat(queue.offer(stored(9_000))).isTrue();
    assertThat(queue.offer(stored(9_000))).isFalse();
    assertThat(queue.poll(100, 0)).hasSize(1);
    assertThat(queue.offer(stored(50_000))).isTrue();
    assertThat(queue.offer(stored(1))).isFalse();
    assertThat(queue.poll(100, 0)).hasSize(1);
    assertThat(queue.offer(stored(9_000))).isTrue();
  }

  @Test
  void endsAWaitAfterItsTimeout() throws Exception {
    assertThat(new BroadcastQueue(1, 1).poll(10, 1)).isEmpty();
  }
}
