package dev.chatmultischema.stream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SubscriberTimerTest {

  private static final long START = Long.MAX_VALUE - 1_000;
  private static final long EXPIRY_MILLIS = 100_000;

  private final SubscriberTimer timer =
      new SubscriberTimer(Instant.ofEpochMilli(EXPIRY_MILLIS), millis(5_000), START);

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void checksAtOnceAndThenEverySecond() {
    assertThat(timer.isCheckDue(START)).isTrue();
    timer.scheduleCheck(START, 0);
    assertThat(timer.isCheckDue(START + millis(999))).isFalse();
    assertThat(timer.isCheckDue(START + millis(1_000))).isTrue();
  }

  @Test
  void checksAtTheExpiry() {
    timer.scheduleCheck(START, EXPIRY_MILLIS - 300);
    assertThat(timer.isCheckDue(START + millis(299))).isFalse();
    assertThat(timer.isCheckDue(START + millis(300))).isTrue();
    assertThat(timer.isExpired(EXPIRY_MILLIS - 1)).isFalse();
    assertThat(timer.isExpired(EXPIRY_MILLIS)).isTrue();
  }

  @Test
  void checksAtEachHeartbeatOfAShortInterval() {
    var frequent = new SubscriberTimer(Instant.ofEpochMilli(EXPIRY_MILLIS), millis(100), START);
    frequent.scheduleCheck(START, 0);
    assertThat(frequent.isCheckDue(START + millis(100))).isTrue();
  }

  @Test
  void hasOneHeartbeatInEachInterval() {
    assertThat(timer.pollHeartbeat(START + millis(4_999))).isFalse();
    assertThat(timer.pollHeartbeat(START + millis(5_000))).isTrue();
    assertThat(timer.pollHeartbeat(START + millis(5_001))).isFalse();
    assertThat(timer.pollHeartbeat(START + millis(10_000))).isTrue();
  }
}
