package dev.chatmultischema.user;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks users up, from memory where it was asked in the last seconds; at most {@link #STALENESS}
 * old everywhere.
 */
public final class UserDirectory {

  public static final Duration STALENESS = Duration.ofSeconds(5);
  private static final int MAX_CACHED = 50_000;

  private final LoadingCache<UUID, User> users;

  public UserDirectory(UserDao dao) {
    users =
        Caffeine.newBuilder()
            .maximumSize(MAX_CACHED)
            .expireAfterWrite(STALENESS)
            .build(user -> dao.find(user).orElse(null));
  }

  /**
   * Finds a user who may act: neither deleted nor disabled.
   *
   * @throws org.jdbi.v3.core.JdbiException if it is not in memory and the database does not answer
   */
  public Optional<User> findActive(UUID user) {
    return Optional.ofNullable(users.get(user)).filter(found -> !found.disabled());
  }

  /** Makes the next look-up see the database. */
  public void forget(UUID user) {
    users.invalidate(user);
  }
}
