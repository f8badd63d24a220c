package dev.chatmultischema.limits;

import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Reads and writes tenants' overrides of the configured limits. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(OverrideDao.Row.class)
@RegisterConstructorMapper(Overrides.class)
interface OverrideDao {

  /** A tenant's overrides, and the revision of their last change. */
  record Row(TenantId tenantId, @Nested Overrides overrides, @ColumnName("epoch") long revision) {}

  /** Returns the overrides of a tenant; empty if there never were any. */
  @SqlQuery("SELECT * FROM tenant_limits WHERE tenant_id = :tenant")
  Optional<Overrides> find(TenantId tenant);

  /** Returns the overrides that changed after a revision, by revision. */
  @SqlQuery("SELECT * FROM tenant_limits WHERE epoch > :revision ORDER BY epoch")
  List<Row> changedAfter(long revision);

  /** Acquires the lock on revisions, so that they become visible in ascending order. */
  @SqlUpdate(AdvisoryLock.ACQUIRE_REVISION)
  void lockRevision();

  /**
   * Stores the overrides of a tenant; the lock on revisions must be held.
   *
   * @return the number of stored rows, 0 if there is no such tenant
   */
  @SqlUpdate(
      """
      INSERT INTO tenant_limits (tenant_id, messages_per_second, bytes_per_second,
        user_messages_per_second, user_bytes_per_second, members, external_members, streams,
        user_streams, user_tickets, epoch)
      SELECT tenant_id, :messagesPerSecond, :bytesPerSecond, :userMessagesPerSecond,
        :userBytesPerSecond, :members, :externalMembers, :streams, :userStreams, :userTickets,
        nextval('tenant_epoch')
      FROM tenants
      WHERE tenant_id = :tenant
        AND deleted_at IS NULL
      ON CONFLICT (tenant_id) DO UPDATE
      SET messages_per_second = EXCLUDED.messages_per_second,
        bytes_per_second = EXCLUDED.bytes_per_second,
        user_messages_per_second = EXCLUDED.user_messages_per_second,
        user_bytes_per_second = EXCLUDED.user_bytes_per_second,
        members = EXCLUDED.members,
        external_members = EXCLUDED.external_members,
        streams = EXCLUDED.streams,
        user_streams = EXCLUDED.user_streams,
        user_tickets = EXCLUDED.user_tickets,
        epoch = EXCLUDED.epoch
      """)
  int store(TenantId tenant, @BindMethods Overrides overrides);
}
