package dev.chatmultischema.stream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.message.Position;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartPositionTest {

  private static String text(StartPosition start) {
    return StandardCharsets.US_ASCII.decode(start.encode()).toString();
  }

  @Test
  void isLiveWithoutAPosition() {
    var start = StartPosition.of(Optional.empty(), new Position(1, 5));
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .matches(
            "event: ready\nid: 5\ndata: \\{\"head_seq\":5,\"resumed_from\":null,"
                + "\"epoch\":1,\"first_seq\":1}\nretry: \\d{4}\n\n");
  }

  @Test
  void resumesFromAPositionUpToTheHead() {
    for (long position : new long[] {0, 3, 5}) {
      var start = StartPosition.of(Optional.of(new Position(1, position)), new Position(1, 5));
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
    var start = StartPosition.of(Optional.of(new Position(1, 6)), new Position(1, 5));
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .startsWith(
            "event: reset\nid: 5\ndata: {\"head_seq\":5,\"resumed_from\":null,"
                + "\"epoch\":1,\"first_seq\":1,\"requested\":6}\n");
  }

  @Test
  void resetsPositionsOfAnotherEpoch() {
    var start = StartPosition.of(Optional.of(new Position(1, 3)), new Position(2, 5));
    assertThat(text(start))
        .startsWith(
            "event: reset\nid: 2.5\ndata: {\"head_seq\":5,\"resumed_from\":null,"
                + "\"epoch\":2,\"first_seq\":1,\"requested\":3}\n");
    assertThat(text(StartPosition.of(Optional.of(new Position(3, 3)), new Position(2, 5))))
        .startsWith("event: reset\n")
        .contains("\"requested\":\"3.3\"}");
  }

  @Test
  void resumesBeforeTheFirstMessageInEveryEpoch() {
    var start = StartPosition.of(Optional.of(new Position(1, 0)), new Position(2, 5));
    assertThat(start).isEqualTo(new StartPosition.Resumed(new Position(2, 5), 0));
  }
}
