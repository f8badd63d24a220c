package dev.chatmultischema.stream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.message.HistoryBounds;
import dev.chatmultischema.message.Position;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartPositionTest {

  private static String text(StartPosition start) {
    return StandardCharsets.US_ASCII.decode(start.encode()).toString();
  }

  private static HistoryBounds ends(int epoch, long seq) {
    return new HistoryBounds(1, new Position(epoch, seq));
  }

  @Test
  void isLiveWithoutAPosition() {
    var start = StartPosition.of(Optional.empty(), ends(1, 5));
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .matches(
            "event: ready\nid: 5\ndata: \\{\"head_seq\":5,\"resumed_from\":null,"
                + "\"epoch\":1,\"first_seq\":1}\nretry: \\d{4}\n\n");
  }

  @Test
  void resumesFromAPositionUpToTheHead() {
    for (long position : new long[] {0, 3, 5}) {
      var start = StartPosition.of(Optional.of(new Position(1, position)), ends(1, 5));
      assertThat(start.position()).isEqualTo(position);
      assertThat(text(start))
          .startsWith(
              "event: ready\ndata: {\"head_seq\":5,\"resumed_from\":"
                  + position
                  + ",\"epoch\":1,\"first_seq\":1}\nretry: ");
    }
  }

  @Test
  void resetsBeyondTheHead() {
    var start = StartPosition.of(Optional.of(new Position(1, 6)), ends(1, 5));
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .startsWith(
            "event: reset\nid: 5\ndata: {\"head_seq\":5,\"resumed_from\":null,"
                + "\"epoch\":1,\"first_seq\":1,\"requested\":6}\n");
  }

  @Test
  void resetsPositionsOfAnotherEpoch() {
    var start = StartPosition.of(Optional.of(new Position(1, 3)), ends(2, 5));
    assertThat(text(start))
        .startsWith(
            "event: reset\nid: 2.5\ndata: {\"head_seq\":5,\"resumed_from\":null,"
                + "\"epoch\":2,\"first_seq\":1,\"requested\":3}\n");
    assertThat(text(StartPosition.of(Optional.of(new Position(3, 3)), ends(2, 5))))
        .startsWith("event: reset\n")
        .contains("\"requested\":\"3.3\"}");
  }

  @Test
  void resumesBeforeTheFirstMessageInEveryEpoch() {
    var start = StartPosition.of(Optional.of(new Position(1, 0)), ends(2, 5));
    assertThat(start).isEqualTo(new StartPosition.Resumed(ends(2, 5), 0));
  }

  @Test
  void resetsWhereTheNextMessagesAreDeleted() {
    var history = new HistoryBounds(4, new Position(1, 5));
    assertThat(text(StartPosition.of(Optional.of(new Position(1, 2)), history)))
        .startsWith("event: reset\nid: 5\n")
        .contains("\"first_seq\":4,\"requested\":2}");
    assertThat(StartPosition.of(Optional.of(new Position(1, 3)), history).position()).isEqualTo(3);
  }

  @Test
  void beginsWithTheFirstMessageThatIsKept() {
    var history = new HistoryBounds(4, new Position(1, 5));
    var start = StartPosition.of(Optional.of(new Position(1, 0)), history);
    assertThat(start.position()).isEqualTo(3);
    assertThat(text(start)).contains("\"resumed_from\":0,").contains("\"first_seq\":4}");
  }
}
