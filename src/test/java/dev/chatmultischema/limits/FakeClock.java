package dev.chatmultischema.limits;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** A clock that stands still until a test moves it. */
final class FakeClock implements TimeMeter {

  private long nanos = 1_000_000_000L;

  void advance(Duration time) {
    nanos += time.toNanos();
  }

  @Override
  public long currentTimeNanos() {
    return nanos;
  }

  @Override
  public boolean isWallClockBased() {
    return false;
  }
}
