package dev.chatmultischema.stream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlowConsumerPolicyTest {

  private final SlowConsumerPolicy policy = new SlowConsumerPolicy(Duration.ofSeconds(60));

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void allowsAnyClientWhoseFramesAreInTheLog() {
    policy.recordInLog();
    assertThat(policy.isTooSlow(seconds(59), seconds(100))).isFalse();
  }

  @Test
  void disconnectsLiveClientThatReadsNothing() {
    policy.recordInLog();
    policy.recordEvicted(seconds(100));
    assertThat(policy.isTooSlow(seconds(1), seconds(101))).isFalse();
    assertThat(policy.isTooSlow(seconds(2), seconds(101))).isTrue();
  }

  @Test
  void disconnectsLiveClientThatDoesNotCatchUp() {
    policy.recordInLog();
    policy.recordEvicted(seconds(100));
    policy.recordEvicted(seconds(104));
    assertThat(policy.isTooSlow(0, seconds(104))).isFalse();
    assertThat(policy.isTooSlow(0, seconds(105))).isTrue();
  }

  @Test
  void forgetsAnEvictionOnceTheClientHasCaughtUp() {
    policy.recordInLog();
    policy.recordEvicted(seconds(100));
    policy.recordInLog();
    policy.recordEvicted(seconds(200));
    assertThat(policy.isTooSlow(0, seconds(201))).isFalse();
  }

  @Test
  void allowsSlowReplayOfHistory() {
    policy.recordEvicted(seconds(100));
    assertThat(policy.isTooSlow(seconds(59), seconds(1_000))).isFalse();
  }

  @Test
  void disconnectsAnyClientAfterTheLongestStall() {
    assertThat(policy.isTooSlow(seconds(60), seconds(60))).isTrue();
  }
}
