package dev.chatmultischema.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * Limits one kind of use for each key, such as the messages of each tenant, by token buckets in
 * memory. A bucket that was not used for twice its window is full again, and forgotten; beyond the
 * largest number of keys those used least are forgotten.
 *
 * @param <K> the type of keys
 */
final class RateLimiter<K> {

  private final LimitName name;
  private final Duration window;
  private final NodeShares shares;
  private final TimeMeter clock;
  private final Cache<K, RateBucket> buckets;

  RateLimiter(LimitName name, Duration window, int maxKeys, NodeShares shares, TimeMeter clock) {
    this.name = name;
    this.window = window;
    this.shares = shares;
    this.clock = clock;
    Ticker ticker = clock::currentTimeNanos;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(maxKeys)
            .expireAfterAccess(window.multipliedBy(2))
            .ticker(ticker)
            .build();
  }

  /** Tokens that were taken from a bucket. */
  record Taken(
      RateLimiter<?> limiter,
      RateBucket bucket,
      long tokens,
      long limit,
      long share,
      ConsumptionProbe probe) {

    /** Returns the tokens to the bucket. */
    void giveBack() {
      bucket.giveBack(tokens);
    }

    /** Returns the fraction of this node's share that remains. */
    double remaining() {
      return (double) probe.getRemainingTokens() / share;
    }

    /** Returns the state of the limit after the tokens were taken, which few requests show. */
    RateLimit state() {
      var reset = Duration.ofNanos(probe.getNanosToWaitForReset());
      return new RateLimit(limiter.name, limit, limiter.window, probe.getRemainingTokens(), reset);
    }
  }

  /** Returns the bucket of a key, with this node's present share of a limit. */
  RateBucket bucket(K key, long limit) {
    long share = shares.of(limit);
    return buckets.get(key, absent -> new RateBucket(window, share, clock)).resize(share);
  }

  /**
   * Takes tokens of a key.
   *
   * @param limit the tokens that the window allows, over all nodes
   * @throws LimitExceeded if they are not available; none are taken then
   */
  Taken take(K key, long limit, long tokens) {
    if (tokens > limit) {
      throw LimitExceeded.tooLarge(new RateLimit(name, limit, window, 0, null), tokens);
    }
    var bucket = bucket(key, limit);
    var probe = bucket.take(tokens);
    if (!probe.isConsumed()) {
      throw refusal(limit, probe.getRemainingTokens(), wait(probe));
    }
    return new Taken(this, bucket, tokens, limit, bucket.size(), probe);
  }

  private static Duration wait(ConsumptionProbe probe) {
    return Duration.ofNanos(probe.getNanosToWaitForRefill());
  }

  /** Returns the exception of a request that has to wait. */
  LimitExceeded refusal(long limit, long remaining, Duration wait) {
    return LimitExceeded.rate(new RateLimit(name, limit, window, remaining, wait));
  }

  /** Returns the number of keys in memory, some of which may be about to be forgotten. */
  long keys() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }
}
