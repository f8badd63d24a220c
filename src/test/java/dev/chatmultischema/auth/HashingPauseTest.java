package dev.chatmultischema.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashingPauseTest {

  @ParameterizedTest
  @CsvSource({"-1, 60", "0, 60", "0.5, 60", "0.51, 900", "1, 900"})
  void leavesBusyProcessorsToOtherWork(double load, long millis) {
    assertThat(new HashingPause(() -> load).after(Duration.ofMillis(60)))
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void readsTheLoadOfThisMachine() {
    var pause = HashingPause.ofThisMachine();
    assertThat(pause.after(Duration.ofMillis(1)))
        .isBetween(Duration.ofMillis(1), Duration.ofMillis(15));
    assertThat(pause.processorLoad().getAsDouble()).isBetween(-1.0, 1.0);
  }
}
