package dev.chatmultischema.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTraceTest {

  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String IDS = TRACE_ID + "-b7ad6b7169203331";

  @ParameterizedTest
  @ValueSource(strings = {"a", "0b6f2c1e-9d3a-4e57-8f10-6a2b4c8d0e91", "Root=1-67:a/b+c=@d_e.f"})
  void keepsASafeRequestId(String id) {
    assertThat(RequestTrace.parse(id, null).withRequestId().requestId()).isEqualTo(id);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "a b", "a\nb", "ä", "a\"b", "a,b", "<script>", "%n", "${x}"})
  void replacesAnUnsafeRequestId(String id) {
    var created = RequestTrace.parse(id, null).withRequestId().requestId();
    assertThat(UUID.fromString(created).version()).isEqualTo(4);
    assertThat(UUID.fromString(created).variant()).isEqualTo(2);
    assertThat(created).isNotEqualTo(RequestTrace.NONE.withRequestId().requestId());
  }

  @Test
  void boundsTheLengthOfARequestId() {
    assertThat(RequestTrace.parse("a".repeat(128), null).requestId()).hasSize(128);
    assertThat(RequestTrace.parse("a".repeat(129), null).requestId()).isNull();
  }

  @Test
  void readsATraceparent() {
    var sampled = RequestTrace.parse(null, "00-" + IDS + "-01");
    assertThat(sampled.traceparent()).isEqualTo("00-" + IDS + "-01");
    assertThat(sampled.traceId()).isEqualTo(TRACE_ID);
    assertThat(sampled.isSampled()).isTrue();
    assertThat(RequestTrace.parse(null, "00-" + IDS + "-00").isSampled()).isFalse();
    assertThat(RequestTrace.NONE.isSampled()).isFalse();
    assertThat(RequestTrace.NONE.traceId()).isNull();
  }

  @Test
  void continuesATraceOfALaterVersionAsVersion00() {
    for (var later : new String[] {"cc-" + IDS + "-01", "cc-" + IDS + "-01-what-is-to-come"}) {
      assertThat(RequestTrace.parse(null, later).traceparent()).isEqualTo("00-" + IDS + "-01");
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "00-" + IDS,
        "00-" + IDS + "-01-more",
        "cc-" + IDS + "-01more",
        "ff-" + IDS + "-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-" + TRACE_ID + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00_" + IDS + "_01",
        "00-" + IDS + "-0\n"
      })
  void ignoresAnInvalidTraceparent(String text) {
    assertThat(RequestTrace.parse(null, text)).isEqualTo(RequestTrace.NONE);
  }
}
