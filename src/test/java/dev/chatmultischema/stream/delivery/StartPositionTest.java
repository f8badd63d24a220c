package dev.chatmultischema.stream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StartPositionTest {

  private static String text(StartPosition start) {
    return StandardCharsets.US_ASCII.decode(start.encode()).toString();
  }

  @Test
  void isLiveWithoutAPosition() {
    var start = StartPosition.of(OptionalLong.empty(), 5);
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .matches(
            "event: ready\nid: 5\ndata: \\{\"head_seq\":5,\"resumed_from\":null}\nretry: \\d{4}\n\n");
  }

  @Test
  void resumesFromAPositionUpToTheHead() {
    for (long position : new long[] {0, 3, 5}) {
      var start = StartPosition.of(OptionalLong.of(position), 5);
      assertThat(start.position()).isEqualTo(position);
      assertThat(text(start))
          .startsWith(
              "event: ready\ndata: {\"head_seq\":5,\"resumed_from\":" + position + "}\nretry: ");
    }
  }

  @Test
  void resetsBeyondTheHead() {
    var start = StartPosition.of(OptionalLong.of(6), 5);
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .startsWith(
            "event: reset\nid: 5\ndata: {\"head_seq\":5,\"resumed_from\":null,\"requested\":6}\n");
  }
}
