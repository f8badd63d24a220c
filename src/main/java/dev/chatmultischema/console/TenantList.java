package dev.chatmultischema.console;

import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** All tenants as stored in PostgreSQL, at most {@link #STALENESS} old; safe for all threads. */
final class TenantList {

  private static final Duration STALENESS = Duration.ofSeconds(2);
  private static final UUID NONE = new UUID(0, 0);

  private final TenantDao rows;
  private List<Tenant> tenants;
  private long readAt;

  TenantList(TenantDao rows) {
    this.rows = rows;
  }

  /**
   * Returns all tenants, by id.
   *
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  synchronized List<Tenant> all() {
    if (tenants == null || System.nanoTime() - readAt > STALENESS.toNanos()) {
      tenants = rows.page(new TenantId(NONE), NONE, true, Integer.MAX_VALUE);
      readAt = System.nanoTime();
    }
    return tenants;
  }

  /** Returns a tenant as it is now, or empty if it is deleted or does not exist. */
  Optional<Tenant> find(TenantId tenant) {
    return rows.find(tenant);
  }
}
