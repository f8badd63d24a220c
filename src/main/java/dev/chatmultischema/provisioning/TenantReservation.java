package dev.chatmultischema.provisioning;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.CurrentCaller;
import dev.chatmultischema.auth.Unauthenticated;
import dev.chatmultischema.limits.LimitName;
import dev.chatmultischema.limits.Limits;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Reserves tenants for callers who may create them and own fewer than allowed. Admins may own any
 * number.
 */
final class TenantReservation {

  /** The time after which a deleted tenant is not counted any more. */
  private static final Duration COUNTED_AFTER_DELETION = Duration.ofMinutes(1);

  private final Jdbi jdbi;
  private final Creators creators;
  private final Limits limits;

  TenantReservation(Jdbi jdbi, Creators creators, Limits limits) {
    this.jdbi = jdbi;
    this.creators = creators;
    this.limits = limits;
  }

  /** Locks and counts what the number of a user's tenants depends on. */
  interface Dao {
    /** Locks an owner until the end of the transaction, so that nobody else reserves for it. */
    @SqlQuery("SELECT user_id FROM users WHERE user_id = :owner FOR NO KEY UPDATE")
    Optional<UUID> lock(UUID owner);

    /**
     * Returns the number of tenants that a user owns, with those that were reserved or deleted in
     * the last minute, which still have resources.
     */
    @SqlQuery(
        """
        SELECT count(*)
        FROM tenants
        WHERE user_id = :owner
          AND (deleted_at IS NULL OR deleted_at > clock_timestamp() - interval '1 minute')
        """)
    long count(UUID owner);
  }

  /** Inserts a tenant that is marked as deleted; throws as {@link TenantProvisioner#create}. */
  TenantId reserve(Caller owner, String name, int workers) {
    return jdbi.inTransaction(
        handle -> {
          var owners = handle.attach(Dao.class);
          // First: a lock that were upgraded after reading the caller could deadlock with another.
          var unused = owners.lock(owner.userId());
          var current = CurrentCaller.read(handle, owner);
          if (!current.isAdmin()) {
            check(current, owners);
          }
          // Lists are sorted by id: an id by the clock of a node could sort before a reader's
          // cursor.
          var rows = handle.attach(TenantDao.class);
          var tenant = TenantId.createdAt(rows.now());
          if (rows.reserve(tenant, name, owner.userId(), workers) == 0) {
            throw new Unauthenticated();
          }
          return tenant;
        });
  }

  private void check(Caller owner, Dao owners) {
    if (creators == Creators.ADMIN) {
      throw new TenantCreationForbidden();
    }
    if (owners.count(owner.userId()) >= limits.userTenants()) {
      throw limits
          .counts()
          .refuse(LimitName.USER_TENANTS, limits.userTenants(), COUNTED_AFTER_DELETION);
    }
  }
}
