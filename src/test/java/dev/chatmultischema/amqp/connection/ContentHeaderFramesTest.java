package dev.chatmultischema.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.LongStringHelper;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentHeaderFramesTest {

  private static final LongString TEXT = LongStringHelper.asLongString("höi");

  private static AMQP.BasicProperties full() {
    var headers = new HashMap<String, Object>();
    var values =
        List.of(
            "text",
            1,
            1L,
            (short) 1,
            (byte) 1,
            1.5,
            1.5f,
            true,
            new Date(0),
            new byte[] {1, 2},
            new BigDecimal("1.25"),
            List.of(1, "a", Map.of("b", TEXT)),
            Map.of(),
            List.of());
    for (int n = 0; n < values.size(); n++) {
      headers.put("header" + n, values.get(n));
    }
    headers.put("nothing", null);
    return new AMQP.BasicProperties.Builder()
        .contentType("application/json")
        .contentEncoding("identity")
        .headers(headers)
        .deliveryMode(2)
        .priority(0)
        .correlationId("correlation")
        .replyTo("reply")
        .expiration("60000")
        .messageId("id")
        .timestamp(new Date(1_000))
        .type("type")
        .userId("user")
        .appId("app")
        .clusterId("cluster")
        .build();
  }

  private static Frame frame(byte[] payload) {
    return new Frame(AMQP.FRAME_HEADER, 7, payload);
  }

  private static Frame frame(AMQP.BasicProperties properties) throws IOException {
    return frame(properties.toFrame(7, 99).getPayload());
  }

  private static AMQP.BasicProperties read(Frame frame) throws IOException {
    return (AMQP.BasicProperties) AMQImpl.readContentHeaderFrom(frame.getInputStream());
  }

  private static Map<String, Object> nested(int levels, boolean arrays) {
    Object value = 1;
    for (int level = 0; level < levels; level++) {
      value = arrays ? List.of(value) : Map.of("n", value);
    }
    return Map.of("n", value);
  }

  @Test
  void leavesReadableFramesUnchanged() throws IOException {
    var bare = new AMQP.BasicProperties.Builder().build();
    for (var properties : List.of(full(), bare, full().builder().headers(null).build())) {
      var frame = frame(properties);
      assertThat(ContentHeaderFrames.readable(frame)).isSameAs(frame);
    }
    assertThat(ContentHeaderFrames.readable(null)).isNull();
    var body = new Frame(AMQP.FRAME_BODY, 7, new byte[] {1});
    assertThat(ContentHeaderFrames.readable(body)).isSameAs(body);
  }

  @Test
  void replacesExactlyTheHeadersNestedTooDeepForTheClient() throws IOException {
    for (int levels = 0; levels < 40; levels++) {
      for (boolean arrays : new boolean[] {true, false}) {
        var frame = frame(full().builder().headers(nested(levels, arrays)).build());
        assertThat(ContentHeaderFrames.readable(frame) == frame)
            .as("%d levels", levels)
            .isEqualTo(isReadable(frame));
      }
    }
  }

  private static boolean isReadable(Frame frame) {
    try {
      read(frame);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void keepsOtherProperties() throws IOException {
    var replaced =
        ContentHeaderFrames.readable(frame(full().builder().headers(nested(40, false)).build()));
    assertThat(replaced.getChannel()).isEqualTo(7);
    var properties = read(replaced);
    assertThat(properties.getBodySize()).isEqualTo(99);
    assertThat(properties)
        .isEqualTo(full().builder().headers(Map.of(ContentHeaderFrames.UNREADABLE, true)).build());
  }

  /** Checks random payloads of any producer and broker against the client's own parser. */
  @Test
  void makesEveryFrameReadable() throws IOException {
    byte[] good = frame(full()).getPayload();
    var random = new Random(11);
    int replaced = 0;
    for (int n = 0; n < 100_000; n++) {
      byte[] payload =
          random.nextInt(4) == 0
              ? Arrays.copyOf(good, 14 + random.nextInt(good.length - 14))
              : good.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        payload[12 + random.nextInt(payload.length - 12)] = (byte) random.nextInt(256);
      }
      var frame = frame(payload);
      var result = ContentHeaderFrames.readable(frame);
      var properties = read(result);
      assertThat(properties.getBodySize()).isEqualTo(99);
      if (result != frame) {
        assertThat(properties.getHeaders())
            .containsExactly(Map.entry(ContentHeaderFrames.UNREADABLE, true));
        replaced++;
      }
    }
    assertThat(replaced).isBetween(10_000, 99_000);
  }
}
