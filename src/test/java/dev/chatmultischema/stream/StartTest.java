package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StartTest {

  private static String text(Start start) {
    return StandardCharsets.US_ASCII.decode(start.encode()).toString();
  }

  @Test
  void isLiveWithoutAPosition() {
    var start = Start.of(StreamQuery.NOWHERE, 5);
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .matches(
            "event: ready\nid: 5\ndata: \\{\"head_seq\":5,\"resumed_from\":null}\nretry: \\d{4}\n\n");
  }

  @Test
  void resumesFromAPositionUpToTheHead() {
    for (long position : new long[] {0, 3, 5}) {
      var start = Start.of(position, 5);
      assertThat(start.position()).isEqualTo(position);
      assertThat(text(start))
          .startsWith(
              "event: ready\ndata: {\"head_seq\":5,\"resumed_from\":" + position + "}\nretry: ");
    }
  }

  @Test
  void isResetBeyondTheHead() {
    var start = Start.of(6, 5);
    assertThat(start.position()).isEqualTo(5);
    assertThat(text(start))
        .startsWith(
            "event: reset\nid: 5\ndata: {\"head_seq\":5,\"resumed_from\":null,\"requested\":6}\n");
  }
}
