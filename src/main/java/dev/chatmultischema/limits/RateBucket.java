package dev.chatmultischema.limits;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import java.time.Duration;

/**
 * A token bucket that holds the tokens of one window and refills evenly. Its size may change with
 * each call; taking tokens needs no lock while the size is the same.
 */
final class RateBucket {

  private final Duration window;
  private final Bucket bucket;
  private volatile long size;

  RateBucket(Duration window, long size, TimeMeter clock) {
    this.window = window;
    this.size = size;
    this.bucket = Bucket.builder().addLimit(bandwidth(size)).withCustomTimePrecision(clock).build();
  }

  private Bandwidth bandwidth(long tokens) {
    return Bandwidth.builder().capacity(tokens).refillGreedy(tokens, window).build();
  }

  /**
   * Takes tokens, or none. A request of more tokens than a full bucket holds is granted by a full
   * bucket, which owes the rest and grants nothing until it has regained it.
   */
  ConsumptionProbe take(long tokens) {
    long full = size;
    var probe = bucket.tryConsumeAndReturnRemaining(Math.min(tokens, full));
    if (tokens > full && probe.isConsumed()) {
      bucket.consumeIgnoringRateLimits(tokens - full);
    }
    return probe;
  }

  /** Returns tokens that were taken; the bucket holds no more than its size. */
  void giveBack(long tokens) {
    bucket.addTokens(tokens);
  }

  /** Returns the tokens of a full bucket. */
  long size() {
    return size;
  }

  /** Returns the time until a token is available, zero if one is. */
  Duration untilOne() {
    return until(1);
  }

  /** Returns the time until no token is missing, zero if none is. */
  Duration untilFull() {
    return until(size);
  }

  private Duration until(long tokens) {
    return Duration.ofNanos(bucket.estimateAbilityToConsume(tokens).getNanosToWaitForRefill());
  }

  /** Changes the size; the bucket stays as full as it is, in proportion. */
  RateBucket resize(long newSize) {
    if (size != newSize) {
      replace(newSize);
    }
    return this;
  }

  private synchronized void replace(long newSize) {
    if (size != newSize) {
      var changed = BucketConfiguration.builder().addLimit(bandwidth(newSize)).build();
      bucket.replaceConfiguration(changed, TokensInheritanceStrategy.PROPORTIONALLY);
      size = newSize;
    }
  }
}
