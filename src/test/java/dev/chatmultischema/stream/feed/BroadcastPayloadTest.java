package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.message.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BroadcastPayloadTest {

  private static Optional<BroadcastPayload> parse(String text) {
    return BroadcastPayload.parse(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  @Test
  void parsesItsRangeOfSeq() {
    var payload = parse("41\n{\"a\":1}\n{\"b\":2}\n").orElseThrow();
    assertThat(payload.firstSeq()).isEqualTo(41);
    assertThat(payload.lastSeq()).isEqualTo(42);
  }

  @Test
  void appendsOnlyMessagesAboveTheHead() {
    var log = new FrameLog(new Position(1, 41), 100_000, new FrameBudget(100_000));
    parse("41\n{\"a\":1}\n{\"b\":2}\n").orElseThrow().appendTo(log);
    var slice = log.after(41).orElseThrow();
    assertThat(new String(slice.bytes(), slice.from(), slice.to(), StandardCharsets.UTF_8))
        .isEqualTo("id: 42\ndata: {\"b\":2}\n\n");
  }

  @Test
  void rejectsMalformedPayloads() {
    for (var text :
        List.of(
            "",
            "1",
            "1\n",
            "0\n{}\n",
            "-1\n{}\n",
            "x\n{}\n",
            "1 \n{}\n",
            "1\n{}",
            "1\n{}\n\n",
            "1\nnull\n",
            "1\n{}\n[1]\n",
            "1\r\n{}\n",
            "1234567890123456789\n{}\n",
            "1\n{}\n}")) {
      assertThat(parse(text)).as(text).isEmpty();
    }
  }
}
