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

/** Queries and changes the desired state of tenants. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(Tenant.class)
public interface TenantDao {

  /** Returns a tenant, or empty if it is deleted or does not exist. */
  @SqlQuery(
      """
      SELECT *, FALSE AS deleted
      FROM tenants
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  Optional<Tenant> find(TenantId tenant);

  /**
   * Returns tenants with an id above {@code after}, by id.
   *
   * @param all whether to return every tenant, or only those that the user owns or is a member of
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

  /** Returns the tenants that changed after a revision, deleted ones included, by revision. */
  @SqlQuery(
      """
      SELECT *, deleted_at IS NOT NULL AS deleted
      FROM tenants
      WHERE epoch > :revision
      ORDER BY epoch
      """)
  List<Tenant> changedAfter(long revision);

  /** Returns the number of tenants. */
  @SqlQuery("SELECT count(*) FROM tenants WHERE deleted_at IS NULL")
  int count();

  /** Returns whether a user owns a tenant. */
  @SqlQuery("SELECT EXISTS (SELECT FROM tenants WHERE user_id = :user AND deleted_at IS NULL)")
  boolean isOwner(UUID user);

  /** Sets the number of a tenant's workers; empty if there is no such tenant. */
  @Transaction
  default Optional<Tenant> setWorkers(TenantId tenant, int workers) {
    lockRevision();
    return updateWorkers(tenant, workers);
  }

  /**
   * Marks a tenant as deleted, which hides it, ends all memberships and stops its consumers.
   *
   * @return false if there is no such tenant
   */
  @Transaction
  default boolean markDeleted(TenantId tenant) {
    lockRevision();
    var marked = updateDeleted(tenant) > 0;
    if (marked) {
      clearMemberships(tenant);
    }
    return marked;
  }

  /** Returns the database's time, which all nodes share. */
  @SqlQuery("SELECT clock_timestamp()")
  Instant now();

  /**
   * Inserts a tenant that is marked as deleted. Resources created for it are found and removed by
   * the cleanup, unless the tenant is activated within a minute.
   *
   * @return the number of inserted rows, 0 if the owner is disabled or deleted
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

  /** Removes the mark of a reserved tenant; empty if it was reserved more than a minute ago. */
  @Transaction
  default Optional<Tenant> activate(TenantId tenant) {
    lockRevision();
    return updateActivated(tenant);
  }

  /**
   * Returns up to 1,000 tenants that were deleted, or reserved and not activated, more than a
   * minute ago, the oldest first. They cannot be activated any more; every node has read the mark.
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
   * Returns up to 1,000 tenants that have neither a partition nor a head, since an administrator
   * inserted their rows by SQL.
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

  /** Returns the tenants with the most messages, the one with most first. */
  @SqlQuery(
      """
      SELECT h.tenant_id
      FROM tenant_heads_of(ARRAY(SELECT tenant_id FROM tenants WHERE deleted_at IS NULL)) h
      ORDER BY h.head_seq DESC, h.tenant_id
      LIMIT :limit
      """)
  List<TenantId> findBusiest(int limit);

  /** Marks a tenant as changed, so that {@link #changedAfter} returns it to every node. */
  @Transaction
  default void advanceRevision(TenantId tenant) {
    lockRevision();
    updateRevision(tenant);
  }

  /** Assigns a tenant the next revision; the lock on revisions must be held. */
  @SqlUpdate(
      """
      UPDATE tenants
      SET epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  void updateRevision(TenantId tenant);

  /** Deletes the row of a tenant that was deleted more than two minutes ago. */
  @SqlUpdate(
      """
      DELETE FROM tenants
      WHERE tenant_id = :tenant
        AND deleted_at < clock_timestamp() - interval '2 minutes'
      """)
  void delete(TenantId tenant);

  /** Deletes the row of a reserved tenant for which no resources exist. */
  @SqlUpdate("DELETE FROM tenants WHERE tenant_id = :tenant AND deleted_at IS NOT NULL")
  void cancelReservation(TenantId tenant);

  /**
   * Acquires the lock on revisions until the end of the transaction, so that revisions become
   * visible in ascending order: otherwise {@link #changedAfter} could skip a late commit.
   */
  @SqlUpdate(AdvisoryLock.ACQUIRE_REVISION)
  void lockRevision();

  /** Updates the number of workers; the lock on revisions must be held. */
  @SqlQuery(
      """
      UPDATE tenants
      SET workers = :workers, epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      RETURNING *, FALSE AS deleted
      """)
  Optional<Tenant> updateWorkers(TenantId tenant, int workers);

  /** Sets the desired state of a tenant's consumer; the lock on revisions must be held. */
  @SqlUpdate(
      """
      UPDATE tenants
      SET consumer = lower(:consumer), epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  void updateConsumer(TenantId tenant, String consumer);

  /** Sets the desired state of the consumers of all tenants; the lock on revisions must be held. */
  @SqlUpdate(
      """
      UPDATE tenants
      SET consumer = lower(:consumer), epoch = nextval('tenant_epoch')
      WHERE deleted_at IS NULL
      """)
  void updateAllConsumers(String consumer);

  /**
   * Marks a tenant as deleted; returns the number of marked rows. The lock on revisions must be
   * held.
   */
  @SqlUpdate(
      """
      UPDATE tenants
      SET deleted_at = clock_timestamp(), epoch = nextval('tenant_epoch')
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      """)
  int updateDeleted(TenantId tenant);

  /** Ends the memberships of a tenant. */
  @SqlUpdate("UPDATE users SET tenant_id = NULL WHERE tenant_id = :tenant")
  void clearMemberships(TenantId tenant);

  /** Removes the mark of a reserved tenant; the lock on revisions must be held. */
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
