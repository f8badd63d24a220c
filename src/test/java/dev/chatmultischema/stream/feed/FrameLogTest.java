package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.message.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameLogTest {

  private final FrameBudget budget = new FrameBudget(1_000_000);
  private final FrameLog log = new FrameLog(new Position(1, 10), 200_000, budget);

  private static void append(FrameLog log, long seq, String text) {
    var data = "{\"text\":\"%s\"}".formatted(text).getBytes(StandardCharsets.UTF_8);
    log.append(seq, data, 0, data.length);
  }

  private static String text(FrameSlice slice) {
    return new String(
        slice.bytes(), slice.from(), slice.to() - slice.from(), StandardCharsets.UTF_8);
  }

  /** Fills a log with events of a thousand bytes. */
  private static void fill(FrameLog log, long first, long last) {
    for (long seq = first; seq <= last; seq++) {
      append(log, seq, "x".repeat(1_000));
    }
  }

  private static long readAll(FrameLog log, long position) {
    long at = position;
    for (var slice = log.after(at); slice.isPresent(); slice = log.after(at)) {
      var events = text(slice.get()).split("\n\n");
      assertThat(events).hasSize(slice.get().events());
      for (var event : events) {
        assertThat(event).startsWith("id: " + ++at + "\n");
      }
      assertThat(at).isEqualTo(slice.get().lastSeq());
    }
    return at;
  }

  @Test
  void returnsFramesAfterAPosition() {
    append(log, 11, "a");
    append(log, 12, "b");
    assertThat(log.after(10).map(FrameLogTest::text))
        .hasValue("id: 11\ndata: {\"text\":\"a\"}\n\nid: 12\ndata: {\"text\":\"b\"}\n\n");
    assertThat(log.after(11).map(FrameLogTest::text))
        .hasValue("id: 12\ndata: {\"text\":\"b\"}\n\n");
    assertThat(log.after(12)).isEmpty();
    assertThat(log.after(99)).isEmpty();
  }

  @Test
  void returnsEveryFrameInOrderOverManySegments() {
    fill(log, 11, 150);
    for (long position = 10; position <= 150; position++) {
      assertThat(readAll(log, position)).isEqualTo(150);
    }
  }

  @Test
  void evictsTheOldestFrames() {
    fill(log, 11, 1_000);
    assertThat(log.hasEvicted(10)).isTrue();
    assertThat(log.after(10)).isEmpty();
    long oldest = 10;
    while (log.hasEvicted(oldest)) {
      oldest++;
    }
    assertThat(oldest).isBetween(800L, 900L);
    assertThat(readAll(log, oldest)).isEqualTo(1_000);
  }

  @Test
  void holdsOneFrameAboveTheLimit() {
    append(log, 11, "x".repeat(300_000));
    assertThat(log.hasEvicted(10)).isFalse();
    assertThat(readAll(log, 10)).isEqualTo(11);
    append(log, 12, "y");
    assertThat(log.hasEvicted(10)).isTrue();
    assertThat(readAll(log, 11)).isEqualTo(12);
  }

  @Test
  void neverChangesReturnedSlices() {
    append(log, 11, "a");
    var slice = log.after(10).orElseThrow();
    var before = Arrays.copyOfRange(slice.bytes(), slice.from(), slice.to());
    fill(log, 12, 1_000);
    assertThat(Arrays.copyOfRange(slice.bytes(), slice.from(), slice.to())).isEqualTo(before);
  }

  @Test
  void evictsMoreWhileTheBudgetIsExceeded() {
    fill(log, 11, 150);
    assertThat(log.hasEvicted(10)).isFalse();
    budget.add(2_000_000);
    log.trim();
    assertThat(log.hasEvicted(10)).isTrue();
    assertThat(log.hasEvicted(149)).isFalse();
    budget.add(-2_000_000);
    log.close();
    assertThat(budget.isExceeded()).isFalse();
  }

  @Test
  void releasesItsBytesWhenClosed() {
    var tight = new FrameBudget(0);
    var closed = new FrameLog(new Position(1, 0), 200_000, tight);
    fill(closed, 1, 10);
    assertThat(tight.isExceeded()).isTrue();
    closed.close();
    assertThat(tight.isExceeded()).isFalse();
    append(closed, 11, "late");
    assertThat(tight.isExceeded()).isFalse();
  }

  @Test
  void appendsAfterASkippedGap() {
    append(log, 11, "a");
    log.skipTo(50);
    log.skipTo(40);
    assertThat(log.head()).isEqualTo(50);
    assertThat(log.hasEvicted(11)).isTrue();
    append(log, 51, "b");
    assertThat(readAll(log, 50)).isEqualTo(51);
  }

  @Test
  void toleratesAGapInTheTable() {
    append(log, 11, "a");
    append(log, 15, "b");
    assertThat(log.after(10).map(FrameSlice::lastSeq)).isEqualTo(Optional.of(11L));
    assertThat(log.after(11).map(FrameSlice::lastSeq)).isEqualTo(Optional.of(15L));
    assertThat(log.after(13).map(FrameSlice::lastSeq)).isEqualTo(Optional.of(15L));
  }

  @Test
  void refusesFramesAtOrBelowTheHead() {
    append(log, 11, "a");
    assertThatThrownBy(() -> append(log, 11, "again"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("event 11 is not above the head 11");
  }
}
