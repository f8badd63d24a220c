package dev.chatmultischema.history;

import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** Inserts erasures, and records their progress. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(Erasure.class)
interface ErasureRows {

  /** Acquires the lock on revisions, so that they become visible in ascending order. */
  @SqlUpdate(AdvisoryLock.ACQUIRE_REVISION)
  void lockRevision();

  /** Inserts an erasure; the lock on revisions and the tenant's context must be held. */
  @SqlQuery(
      """
      INSERT INTO erasures (erasure_id, tenant_id, sender_id, head_seq, epoch)
      SELECT :id, tenant_id, :sender, head_seq, nextval('tenant_epoch')
      FROM tenant_heads
      WHERE tenant_id = :tenant
      RETURNING *
      """)
  Optional<Erasure> insert(UUID id, TenantId tenant, UUID sender);

  @SqlQuery("SELECT * FROM erasures WHERE tenant_id = :tenant AND erasure_id = :id")
  Optional<Erasure> find(TenantId tenant, UUID id);

  /** Returns erasures that are not complete, the oldest first. */
  @SqlQuery(
      """
      SELECT *
      FROM erasures
      WHERE completed_at IS NULL
      ORDER BY requested_at
      LIMIT 100
      """)
  List<Erasure> pending();

  /** Returns whether every node knows an erasure, after a time in seconds since its request. */
  @SqlQuery(
      """
      SELECT requested_at < clock_timestamp() - make_interval(secs => :seconds)
      FROM erasures
      WHERE erasure_id = :id
      """)
  boolean isOlderThan(UUID id, double seconds);

  @SqlUpdate(
      """
      UPDATE erasures
      SET erased_dead_letters = erased_dead_letters + :erased
      WHERE erasure_id = :id
      """)
  void addDeadLetters(UUID id, long erased);

  /** Completes an erasure with a new revision, by which nodes learn of it. */
  @Transaction
  default void complete(UUID id) {
    lockRevision();
    updateCompleted(id);
  }

  /** Completes an erasure; the lock on revisions must be held. */
  @SqlUpdate(
      """
      UPDATE erasures
      SET completed_at = clock_timestamp(), epoch = nextval('tenant_epoch')
      WHERE erasure_id = :id
      """)
  void updateCompleted(UUID id);
}
