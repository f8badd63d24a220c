package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FrameEncoderTest {

  private static String frame(long seq, String data) {
    var bytes = data.getBytes(StandardCharsets.UTF_8);
    var to = new byte[FrameEncoder.length(1, seq, bytes.length)];
    assertThat(FrameEncoder.write(to, 0, 1, seq, bytes, 0, bytes.length)).isEqualTo(to.length);
    return new String(to, StandardCharsets.UTF_8);
  }

  @Test
  void writesAnIdAndOneLineOfData() {
    assertThat(frame(7, "{\"a\":\"ü\"}")).isEqualTo("id: 7\ndata: {\"a\":\"ü\"}\n\n");
  }

  @Test
  void encodesNumbersOfAnyLength() {
    for (long seq : new long[] {1, 9, 10, 99, 100, 1_000_000, Long.MAX_VALUE}) {
      assertThat(frame(seq, "{}")).isEqualTo("id: " + seq + "\ndata: {}\n\n");
    }
  }

  @Test
  void replacesLineBreaksInData() {
    assertThat(frame(1, "{\r\n\"a\":\n1}")).isEqualTo("id: 1\ndata: {  \"a\": 1}\n\n");
  }
}
