package dev.chatmultischema.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconnectDelayTest {

  private final ReconnectDelay delay = new ReconnectDelay();

  @Test
  void allowsTheFirstAttemptAtOnce() {
    assertThat(delay.remainingNanos()).isZero();
  }

  @Test
  void growsUpToFiveSeconds() {
    for (int failure = 0; failure < 10; failure++) {
      delay.extend();
      assertThat(delay.remainingNanos()).isLessThanOrEqualTo(Duration.ofSeconds(5).toNanos());
    }
    assertThat(delay.remainingNanos()).isGreaterThan(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void startsWithAShortDelayAfterASuccess() {
    for (int failure = 0; failure < 10; failure++) {
      delay.extend();
    }
    delay.reset();
    delay.extend();
    assertThat(delay.remainingNanos()).isLessThanOrEqualTo(Duration.ofMillis(100).toNanos());
  }
}
