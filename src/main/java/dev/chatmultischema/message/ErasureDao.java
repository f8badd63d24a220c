package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads which senders' messages are erased. */
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(ErasureDao.Row.class)
interface ErasureDao {

  /** An erasure of the messages that a sender had sent until then. */
  record Row(
      TenantId tenantId,
      UUID senderId,
      Instant requestedAt,
      boolean complete,
      @ColumnName("epoch") long revision) {}

  /** Returns the erasures that were requested or completed after a revision, by revision. */
  @SqlQuery(
      """
      SELECT tenant_id, sender_id, requested_at, completed_at IS NOT NULL AS complete, epoch
      FROM erasures
      WHERE epoch > :revision
      ORDER BY epoch
      """)
  List<Row> after(long revision);
}
