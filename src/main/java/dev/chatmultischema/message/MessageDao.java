package dev.chatmultischema.message;

import dev.chatmultischema.message.MessageCursor.Order;
import dev.chatmultischema.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads one tenant's messages. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterRowMapper(MessageDao.ToMessage.class)
public interface MessageDao {

  /** The next messages from a cursor on, in its order. */
  default List<Message> page(TenantId tenant, MessageCursor from, int limit) {
    return from.order() == Order.ASC
        ? after(tenant, from.seq(), limit)
        : before(tenant, from.seq(), limit);
  }

  @SqlQuery(
      """
      SELECT seq, message_id, sender_id, created_at, payload
      FROM <partition>
      WHERE seq > :seq
      ORDER BY seq
      LIMIT :limit
      """)
  List<Message> after(@Partition TenantId tenant, long seq, int limit);

  @SqlQuery(
      """
      SELECT seq, message_id, sender_id, created_at, payload
      FROM <partition>
      WHERE seq \\< :seq
      ORDER BY seq DESC
      LIMIT :limit
      """)
  List<Message> before(@Partition TenantId tenant, long seq, int limit);

  @SqlQuery(
      """
      SELECT seq, message_id, sender_id, created_at, payload
      FROM <partition>
      WHERE tenant_id = :tenant
        AND message_id = :messageId
      """)
  Optional<Message> find(@Partition @Bind("tenant") TenantId tenant, UUID messageId);

  /** The highest {@code seq} committed, 0 where there is none; empty if there is no such tenant. */
  @SqlQuery("SELECT head_seq FROM tenant_heads WHERE tenant_id = :tenant")
  Optional<Long> head(TenantId tenant);

  /** Reads columns by their place, the same in every query here. */
  final class ToMessage implements RowMapper<Message> {
    @Override
    public Message map(ResultSet row, StatementContext context) throws SQLException {
      return new Message(
          row.getObject(2, UUID.class),
          row.getLong(1),
          row.getObject(3, UUID.class),
          Content.ofJsonb(row.getString(5)),
          row.getTimestamp(4).toInstant());
    }
  }
}
