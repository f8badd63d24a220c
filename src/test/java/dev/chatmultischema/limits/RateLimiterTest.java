package dev.chatmultischema.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

  private static final Duration WINDOW = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock();

  private RateLimiter<Integer> limiter(int maxKeys) {
    return new RateLimiter<>(
        LimitName.USER_MESSAGES,
        WINDOW,
        maxKeys,
        LimitFixtures.shares(() -> 1, new CollectorRegistry()),
        clock);
  }

  @Test
  void holdsABoundedNumberOfKeys() {
    var limiter = limiter(100);
    for (int key = 0; key < 10_000; key++) {
      limiter.take(key, 5, 1);
    }
    assertThat(limiter.keys()).isLessThanOrEqualTo(100);
  }

  @Test
  void forgetsIdleKeys() {
    var limiter = limiter(100);
    limiter.take(1, 5, 1);
    clock.advance(WINDOW.multipliedBy(3));
    assertThat(limiter.keys()).isZero();
  }
}
