package dev.chatmultischema.tenant;

import dev.chatmultischema.database.AdvisoryLock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** What is wanted of each tenant. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(Tenant.class)
public interface TenantDao {

  /** Any tenant that is not deleted. */
  @SqlQuery(
      """
      SELECT *, FALSE AS deleted
      FROM tenants
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  Optional<Tenant> find(TenantId tenant);

  /**
   * Tenants with an id above {@code after}, by id: all of them, or those that the user owns or is a
   * member of.
   */
  @SqlQuery(
      """
      SELECT t.*, FALSE AS deleted
      FROM tenants t
      WHERE t.tenant_id > :after
        AND t.deleted_at IS NULL
        AND (:all
          OR t.user_id = :user
          OR t.tenant_id = (SELECT u.tenant_id FROM users u WHERE u.user_id = :user))
      ORDER BY t.tenant_id
      LIMIT :limit
      """)
  List<Tenant> page(TenantId after, UUID user, boolean all, int limit);

  /** Every tenant changed after the given epoch, deleted ones among them. */
  @SqlQuery(
      """
      SELECT *, deleted_at IS NOT NULL AS deleted
      FROM tenants
      WHERE epoch > :epoch
      ORDER BY epoch
      """)
  List<Tenant> changedAfter(long epoch);

  /** How many tenants there are. */
  @SqlQuery("SELECT count(*) FROM tenants WHERE deleted_at IS NULL")
  int count();

  @SqlQuery("SELECT EXISTS (SELECT FROM tenants WHERE user_id = :user AND deleted_at IS NULL)")
  boolean isOwner(UUID user);

  /** Sets how many lanes a tenant has; empty if there is no such tenant. */
  @Transaction
  default Optional<Tenant> setWorkers(TenantId tenant, int workers) {
    lockEpoch();
    return updateWorkers(tenant, workers);
  }

  /**
   * Marks a tenant as deleted: nobody sees it or is a member of it any more, and consumers stop;
   * false if there is no such tenant.
   */
  @Transaction
  default boolean markDeleted(TenantId tenant) {
    lockEpoch();
    var marked = updateDeleted(tenant) > 0;
    if (marked) {
      clearMembership(tenant);
    }
    return marked;
  }

  /** The database's time, which is the same for all nodes. */
  @SqlQuery("SELECT clock_timestamp()")
  Instant now();

  /**
   * Writes a tenant down as one that is deleted: what is made for it from now on is found and
   * cleaned away, unless it is opened within a minute; returns 0 if the owner, as it is now, is
   * disabled or deleted.
   */
  @SqlUpdate(
      """
      INSERT INTO tenants (tenant_id, tenant_name, user_id, workers, deleted_at)
      SELECT :tenant, :name, user_id, :workers, clock_timestamp()
      FROM users
      WHERE user_id = :owner
        AND NOT disabled
      FOR SHARE
      """)
  int reserve(TenantId tenant, String name, UUID owner, int workers);

  /** Makes a reserved tenant one that exists; empty if it was reserved more than a minute ago. */
  @Transaction
  default Optional<Tenant> activate(TenantId tenant) {
    lockEpoch();
    return updateActivated(tenant);
  }

  /**
   * Tenants deleted more than a minute ago, or reserved then and never opened: nobody will open
   * them any more, and every node has had the time to see it.
   */
  @SqlQuery(
      """
      SELECT tenant_id
      FROM tenants
      WHERE deleted_at < clock_timestamp() - interval '1 minute'
      ORDER BY deleted_at
      LIMIT 1000
      FOR UPDATE SKIP LOCKED
      """)
  List<TenantId> findDeleted();

  /**
   * Tenants that exist and have no partition and no head: their rows were inserted by SQL, without
   * the service.
   */
  @SqlQuery(
      """
      SELECT t.tenant_id
      FROM tenants t
      WHERE t.deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM tenant_heads h WHERE h.tenant_id = t.tenant_id)
      ORDER BY t.tenant_id
      LIMIT 1000
      """)
  List<TenantId> findUnprovisioned();

  /** Makes every node read a tenant again, for {@link #changedAfter}. */
  @Transaction
  default void advanceEpoch(TenantId tenant) {
    lockEpoch();
    updateEpoch(tenant);
  }

  @SqlUpdate(
      """
      UPDATE tenants
      SET epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  void updateEpoch(TenantId tenant);

  /** Forgets a tenant, whose data is gone, if it was deleted more than two minutes ago. */
  @SqlUpdate(
      """
      DELETE FROM tenants
      WHERE tenant_id = :tenant
        AND deleted_at < clock_timestamp() - interval '2 minutes'
      """)
  void delete(TenantId tenant);

  /** Forgets a tenant that was reserved, and for which nothing was made. */
  @SqlUpdate("DELETE FROM tenants WHERE tenant_id = :tenant AND deleted_at IS NOT NULL")
  void cancelReservation(TenantId tenant);

  /**
   * Makes epochs become visible in their order, so that {@link #changedAfter} never passes over a
   * late commit.
   */
  @SqlUpdate(AdvisoryLock.ACQUIRE_TENANT_EPOCH)
  void lockEpoch();

  @SqlQuery(
      """
      UPDATE tenants
      SET workers = :workers, epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      RETURNING *, FALSE AS deleted
      """)
  Optional<Tenant> updateWorkers(TenantId tenant, int workers);

  /** Says whether a tenant is to be consumed; the lock on epochs must be held. */
  @SqlUpdate(
      """
      UPDATE tenants
      SET consumer = lower(:consumer), epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  void updateConsumer(TenantId tenant, String consumer);

  /** Says whether all tenants are to be consumed; the lock on epochs must be held. */
  @SqlUpdate(
      """
      UPDATE tenants
      SET consumer = lower(:consumer), epoch = nextval('tenant_epoch')
      WHERE deleted_at IS NULL
      """)
  void updateAllConsumers(String consumer);

  @SqlUpdate(
      """
      UPDATE tenants
      SET deleted_at = clock_timestamp(), epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  int updateDeleted(TenantId tenant);

  @SqlUpdate("UPDATE users SET tenant_id = NULL WHERE tenant_id = :tenant")
  void clearMembership(TenantId tenant);

  @SqlQuery(
      """
      UPDATE tenants
      SET deleted_at = NULL, epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at > clock_timestamp() - interval '1 minute'
      RETURNING *, FALSE AS deleted
      """)
  Optional<Tenant> updateActivated(TenantId tenant);
}
