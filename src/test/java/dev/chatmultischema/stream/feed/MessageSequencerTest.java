package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.message.Position;
import dev.chatmultischema.stream.feed.MessageSequencer.Placement;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageSequencerTest {

  private static final byte[] JSON = "{}".getBytes(StandardCharsets.US_ASCII);

  private final FrameLog log = new FrameLog(new Position(1, 0), 100_000, new FrameBudget(100_000));
  private final MessageSequencer sequencer = new MessageSequencer(log);

  private Placement place(long firstSeq, int count) {
    var text = firstSeq + "\n" + "{}\n".repeat(count);
    var payload = BroadcastPayload.parse(text.getBytes(StandardCharsets.US_ASCII), 0);
    return sequencer.place(payload.orElseThrow());
  }

  @Test
  void appendsInOrder() {
    assertThat(place(1, 3)).isEqualTo(Placement.APPENDED);
    assertThat(place(4, 1)).isEqualTo(Placement.APPENDED);
    assertThat(log.head()).isEqualTo(4);
  }

  @Test
  void dropsDuplicates() {
    place(1, 3);
    assertThat(place(2, 2)).isEqualTo(Placement.DUPLICATE);
    assertThat(log.head()).isEqualTo(3);
  }

  @Test
  void appendsTheNewPartOfAnOverlap() {
    place(1, 3);
    assertThat(place(2, 4)).isEqualTo(Placement.APPENDED);
    assertThat(log.head()).isEqualTo(5);
  }

  @Test
  void appendsEarlyBroadcastsOnceTheGapCloses() {
    assertThat(place(3, 1)).isEqualTo(Placement.EARLY);
    assertThat(sequencer.hasEarly()).isTrue();
    assertThat(place(1, 2)).isEqualTo(Placement.APPENDED);
    assertThat(log.head()).isEqualTo(3);
    assertThat(sequencer.hasEarly()).isFalse();
  }

  @Test
  void appendsEarlyBroadcastsAfterARead() {
    place(3, 1);
    sequencer.append(1, JSON);
    sequencer.append(2, JSON);
    sequencer.append(2, JSON);
    assertThat(log.head()).isEqualTo(2);
    sequencer.appendEarly();
    assertThat(log.head()).isEqualTo(3);
  }

  @Test
  void dropsEarlyBroadcastsBeforeARead() {
    place(3, 1);
    sequencer.dropEarly();
    assertThat(sequencer.hasEarly()).isFalse();
    place(1, 2);
    assertThat(log.head()).isEqualTo(2);
  }

  @Test
  void skipsOnlyGapsAboveTheLimit() {
    assertThat(sequencer.skipGap(10, 10)).isFalse();
    assertThat(log.head()).isZero();
    assertThat(sequencer.skipGap(11, 10)).isTrue();
    assertThat(log.head()).isEqualTo(11);
  }
}
