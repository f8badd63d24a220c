package dev.chatmultischema.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Counts the latest logins, until one succeeds, by e-mail address and by the client's network
 * address, and delays the next ones by it, so that others do not wait behind whoever tries many.
 *
 * <p>Behind a proxy all clients may have one network address: then it delays all alike, and changes
 * nothing.
 */
public final class FailedLogins {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);
  private static final int MAX_REMEMBERED = 20_000;
  private static final int MAX_COUNTED = 4;
  private static final Duration DELAY_OF_EACH = Duration.ofSeconds(1);

  private final Cache<String, Integer> failures =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).expireAfterWrite(REMEMBERED).build();

  public void add(String email, String client) {
    failures.asMap().merge("email " + email, 1, FailedLogins::sum);
    failures.asMap().merge("client " + client, 1, FailedLogins::sum);
  }

  public void forget(String email) {
    failures.invalidate("email " + email);
  }

  /** By how much others come first: at most 8 s. */
  public Duration delay(String email, String client) {
    return DELAY_OF_EACH.multipliedBy(count("email " + email) + count("client " + client));
  }

  private int count(String key) {
    var count = failures.getIfPresent(key);
    return count == null ? 0 : count;
  }

  private static int sum(int known, int more) {
    return Math.min(MAX_COUNTED, known + more);
  }
}
