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
  void needsFrequentChecksInTheTwoSecondsBeforeTheExpiry() {
    assertThat(timer.needsFrequentChecks(EXPIRY_MILLIS - 2_000)).isFalse();
    assertThat(timer.needsFrequentChecks(EXPIRY_MILLIS - 1_999)).isTrue();
    assertThat(timer.isExpired(EXPIRY_MILLIS - 1)).isFalse();
    assertThat(timer.isExpired(EXPIRY_MILLIS)).isTrue();
  }

  @Test
  void needsFrequentChecksForHeartbeatsOfAShortInterval() {
    var frequent = new SubscriberTimer(Instant.ofEpochMilli(EXPIRY_MILLIS), millis(999), START);
    assertThat(frequent.needsFrequentChecks(0)).isTrue();
  }

  @Test
  void hasOneHeartbeatInEachInterval() {
    assertThat(timer.pollHeartbeat(START + millis(4_999))).isFalse();
    assertThat(timer.pollHeartbeat(START + millis(5_000))).isTrue();
    assertThat(timer.pollHeartbeat(START + millis(5_001))).isFalse();
    assertThat(timer.pollHeartbeat(START + millis(10_000))).isTrue();
  }
}
