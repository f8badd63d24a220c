package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReorderBufferTest {

  private final ReorderBuffer early = new ReorderBuffer();
  private final FrameLog log = new FrameLog(0, 100_000_000, new FrameBudget(100_000_000));

  private static BroadcastPayload payload(long seq, int bytes) {
    var text = "%d\n{\"t\":\"%s\"}\n".formatted(seq, "x".repeat(bytes));
    return BroadcastPayload.parse(text.getBytes(StandardCharsets.US_ASCII)).orElseThrow();
  }

  @Test
  void waitForTheirTurn() {
    early.add(payload(3, 1));
    early.add(payload(2, 1));
    early.appendTo(log);
    assertThat(log.head()).isZero();
    payload(1, 1).appendTo(log);
    early.appendTo(log);
    assertThat(log.head()).isEqualTo(3);
    assertThat(early.isEmpty()).isTrue();
  }

  @Test
  void areBoundedByNumber() {
    for (long seq = 2; seq < 1_000; seq++) {
      early.add(payload(seq, 1));
    }
    payload(1, 1).appendTo(log);
    early.appendTo(log);
    assertThat(log.head()).isEqualTo(257);
  }

  @Test
  void areBoundedByBytes() {
    for (int round = 0; round < 2; round++) {
      long first = log.head() + 1;
      for (long seq = first + 1; seq < first + 100; seq++) {
        early.add(payload(seq, 100_000));
        early.add(payload(seq, 100_000));
      }
      payload(first, 1).appendTo(log);
      early.appendTo(log);
      assertThat(log.head()).isEqualTo(first + 10);
    }
  }
}
