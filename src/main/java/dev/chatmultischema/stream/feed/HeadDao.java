package dev.chatmultischema.stream.feed;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads the bounds of histories. */
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(HeadDao.Head.class)
public interface HeadDao {

  /** A tenant's head, 0 if it has no message, and the first {@code seq} that is not deleted. */
  record Head(TenantId tenantId, int epoch, long headSeq, long firstSeq) {}

  /** Returns the heads of many tenants, without those that do not exist. */
  @SqlQuery(
      """
      SELECT tenant_id, epoch, head_seq, coalesce(first_seq, 1) AS first_seq
      FROM tenant_heads_of(:tenants)
      LEFT JOIN tenant_histories USING (tenant_id)
      """)
  List<Head> heads(List<UUID> tenants);
}
