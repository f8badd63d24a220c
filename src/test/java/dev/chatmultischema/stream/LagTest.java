package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LagTest {

  private final Lag lag = new Lag(Duration.ofSeconds(60));

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void isNoneWhileTheLogHasItAll() {
    lag.inLog();
    assertThat(lag.tooMuch(seconds(59), seconds(100))).isFalse();
  }

  @Test
  void isTooMuchForOneThatWasLiveAndTakesNothing() {
    lag.inLog();
    lag.behindLog(seconds(100));
    assertThat(lag.tooMuch(seconds(1), seconds(101))).isFalse();
    assertThat(lag.tooMuch(seconds(2), seconds(101))).isTrue();
  }

  @Test
  void isTooMuchForOneThatWasLiveAndTakesTooLittle() {
    lag.inLog();
    lag.behindLog(seconds(100));
    lag.behindLog(seconds(104));
    assertThat(lag.tooMuch(0, seconds(104))).isFalse();
    assertThat(lag.tooMuch(0, seconds(105))).isTrue();
  }

  @Test
  void isForgivenOnceItHasCaughtUp() {
    lag.inLog();
    lag.behindLog(seconds(100));
    lag.inLog();
    lag.behindLog(seconds(200));
    assertThat(lag.tooMuch(0, seconds(201))).isFalse();
  }

  @Test
  void isNoneForOneThatReadsHistory() {
    lag.behindLog(seconds(100));
    assertThat(lag.tooMuch(seconds(59), seconds(1_000))).isFalse();
  }

  @Test
  void isTooMuchForAnyoneAfterAVeryLongTime() {
    assertThat(lag.tooMuch(seconds(60), seconds(60))).isTrue();
  }
}
