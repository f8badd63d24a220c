package dev.chatmultischema.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Counts login attempts by e-mail address, since its last success, and by the client's network
 * address, and derives a delay from the counts, so that a client with many attempts does not block
 * the queue for others. A count expires 5 min after the last attempt.
 *
 * <p>Behind a proxy all clients may share one network address. Their delays are then equal, which
 * leaves their order in the queue unchanged.
 */
public final class FailedLogins {

  private static final Duration RETENTION = Duration.ofMinutes(5);
  private static final int MAX_KEYS = 20_000;
  private static final int MAX_COUNTED = 4;
  private static final Duration DELAY_PER_ATTEMPT = Duration.ofSeconds(1);

  private final Cache<String, Integer> failures =
      Caffeine.newBuilder().maximumSize(MAX_KEYS).expireAfterWrite(RETENTION).build();

  /** Counts an attempt. */
  public void count(String email, String client) {
    failures.asMap().merge("email " + email, 1, FailedLogins::add);
    failures.asMap().merge("client " + client, 1, FailedLogins::add);
  }

  /** Resets the count of an e-mail address. */
  public void forget(String email) {
    failures.invalidate("email " + email);
  }

  /**
   * Returns the delay of the next attempt: 1 s for each counted attempt of the e-mail address and
   * of the client, at most 4 s for either.
   */
  public Duration delay(String email, String client) {
    return DELAY_PER_ATTEMPT.multipliedBy(
        attempts("email " + email) + attempts("client " + client));
  }

  private int attempts(String key) {
    var count = failures.getIfPresent(key);
    return count == null ? 0 : count;
  }

  private static int add(int known, int more) {
    return Math.min(MAX_COUNTED, known + more);
  }
}
