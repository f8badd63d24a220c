package dev.chatmultischema.stream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloseReasonTest {

  private static String lastText(CloseReason reason) {
    return StandardCharsets.US_ASCII.decode(reason.lastBytes()).toString();
  }

  @ParameterizedTest
  @EnumSource(value = CloseReason.class, mode = EnumSource.Mode.EXCLUDE, names = "SHUTDOWN")
  void endsWithACommentOrNothing(CloseReason reason) {
    assertThat(lastText(reason)).matches("(: [a-z, ]+\n\n)?");
  }

  @Test
  void spreadsReconnectsOverSecondsAtShutdown() {
    assertThat(lastText(CloseReason.SHUTDOWN)).matches("retry: [0-9]{3,4}\n\n");
    int millis = Integer.parseInt(lastText(CloseReason.SHUTDOWN).replaceAll("[^0-9]", ""));
    assertThat(millis).isBetween(500, 5_000);
  }

  @Test
  void asksAllClientsToReconnectExceptThoseWithoutAccess() {
    var others = EnumSet.complementOf(EnumSet.of(CloseReason.ACCESS_WITHDRAWN));
    assertThat(others).allMatch(reason -> reason.toString().endsWith("should reconnect"));
    assertThat(CloseReason.ACCESS_WITHDRAWN).hasToString("access_withdrawn, final");
  }
}
