package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.message.Position;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReorderBufferTest {

  private final ReorderBuffer buffer = new ReorderBuffer();
  private final FrameLog log =
      new FrameLog(new Position(1, 0), 100_000_000, new FrameBudget(100_000_000));

  private static BroadcastPayload payload(long seq, int bytes) {
    var text = "%d\n{\"t\":\"%s\"}\n".formatted(seq, "x".repeat(bytes));
    return BroadcastPayload.parse(text.getBytes(StandardCharsets.US_ASCII), 0).orElseThrow();
  }

  @Test
  void holdsBroadcastsUntilTheGapCloses() {
    buffer.add(payload(3, 1));
    buffer.add(payload(2, 1));
    buffer.appendTo(log);
    assertThat(log.head()).isZero();
    payload(1, 1).appendTo(log);
    buffer.appendTo(log);
    assertThat(log.head()).isEqualTo(3);
    assertThat(buffer.isEmpty()).isTrue();
  }

  @Test
  void dropsBroadcastsBeyondItsNumber() {
    for (long seq = 2; seq < 1_000; seq++) {
      buffer.add(payload(seq, 1));
    }
    payload(1, 1).appendTo(log);
    buffer.appendTo(log);
    assertThat(log.head()).isEqualTo(257);
  }

  @Test
  void dropsBroadcastsBeyondItsBytes() {
    for (int round = 0; round < 2; round++) {
      long first = log.head() + 1;
      for (long seq = first + 1; seq < first + 100; seq++) {
        buffer.add(payload(seq, 100_000));
        buffer.add(payload(seq, 100_000));
      }
      payload(first, 1).appendTo(log);
      buffer.appendTo(log);
      assertThat(log.head()).isEqualTo(first + 10);
    }
  }
}
