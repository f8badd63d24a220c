package dev.chatmultischema.tenant;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds tenants by id, and caches them.
 *
 * <p>A cached tenant is at most {@link #STALENESS} old, on every node. The directory does not cache
 * that a tenant is absent.
 */
public final class TenantDirectory {

  /** The time after which a cached tenant is read again. */
  public static final Duration STALENESS = Duration.ofSeconds(3);

  private static final int MAX_CACHED = 20_000;

  private final LoadingCache<TenantId, Tenant> tenants;

  public TenantDirectory(TenantDao dao) {
    this(dao::find, Ticker.systemTicker());
  }

  /** Creates a directory whose cache expires by a ticker. */
  TenantDirectory(Function<TenantId, Optional<Tenant>> query, Ticker ticker) {
    tenants =
        Caffeine.newBuilder()
            .maximumSize(MAX_CACHED)
            .expireAfterWrite(STALENESS)
            .ticker(ticker)
            .build(tenant -> query.apply(tenant).orElse(null));
  }

  /**
   * Returns a tenant, or empty if it is deleted or does not exist.
   *
   * @throws org.jdbi.v3.core.JdbiException if it is not cached and the query fails
   */
  public Optional<Tenant> find(TenantId tenant) {
    return Optional.ofNullable(tenants.get(tenant));
  }

  /** Removes a tenant from the cache, so that {@link #find} reads it from the database. */
  public void invalidate(TenantId tenant) {
    tenants.invalidate(tenant);
  }
}
