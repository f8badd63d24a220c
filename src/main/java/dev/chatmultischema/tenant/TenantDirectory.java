package dev.chatmultischema.tenant;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks tenants up, from memory where it was asked in the last seconds.
 *
 * <p>An answer is at most {@link #STALENESS} old on every replica. That a tenant does not exist is
 * never remembered.
 */
public final class TenantDirectory {

  public static final Duration STALENESS = Duration.ofSeconds(3);
  private static final int MAX_CACHED = 20_000;

  private final LoadingCache<TenantId, Tenant> tenants;

  public TenantDirectory(TenantDao dao) {
    tenants =
        Caffeine.newBuilder()
            .maximumSize(MAX_CACHED)
            .expireAfterWrite(STALENESS)
            .build(tenant -> dao.find(tenant).orElse(null));
  }

  /**
   * Finds a tenant that is not deleted.
   *
   * @throws org.jdbi.v3.core.JdbiException if it is not in memory and the database does not answer
   */
  public Optional<Tenant> find(TenantId tenant) {
    return Optional.ofNullable(tenants.get(tenant));
  }

  /** Makes the next look-up see the database. */
  public void forget(TenantId tenant) {
    tenants.invalidate(tenant);
  }
}
