package dev.chatmultischema.user;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/**
 * Finds users by id, and caches them.
 *
 * <p>A cached user is at most {@link #STALENESS} old, on every node. The directory does not cache
 * that a user is absent.
 */
public final class UserDirectory {

  /** The time after which a cached user is read again. */
  public static final Duration STALENESS = Duration.ofSeconds(5);

  private static final int MAX_CACHED = 50_000;

  private final LoadingCache<UUID, User> users;

  public UserDirectory(Jdbi jdbi) {
    this(user -> jdbi.withHandle(handle -> UserReader.find(handle, user)), Ticker.systemTicker());
  }

  /** Creates a directory whose cache expires by a ticker. */
  UserDirectory(Function<UUID, Optional<User>> query, Ticker ticker) {
    users =
        Caffeine.newBuilder()
            .maximumSize(MAX_CACHED)
            .expireAfterWrite(STALENESS)
            .ticker(ticker)
            .build(user -> query.apply(user).orElse(null));
  }

  /**
   * Returns the user of a token, or empty if the user is disabled or does not exist, or if the
   * token was ended.
   *
   * @param tokenVersion the version of the token, which must be that of the user
   * @throws org.jdbi.v3.core.JdbiException if the user is not cached and the query fails
   */
  public Optional<User> findActive(UUID user, int tokenVersion) {
    var found = users.get(user);
    if (found != null && found.tokenVersion() < tokenVersion) {
      // The token was issued after the user was cached.
      users.invalidate(user);
      found = users.get(user);
    }
    return Optional.ofNullable(found)
        .filter(known -> !known.disabled() && known.tokenVersion() == tokenVersion);
  }

  /** Removes a user from the cache, so that {@link #findActive} reads it from the database. */
  public void invalidate(UUID user) {
    users.invalidate(user);
  }
}
