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
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads one tenant's messages. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterRowMapper(MessageDao.ToMessage.class)
@RegisterRowMapper(MessageDao.ToRow.class)
public interface MessageDao {

  /** A part of the messages, and whether there are more behind it. */
  record Page(List<Message> messages, boolean hasMore) {}

  /** Beyond this limit {@link #readLong} costs small messages next to nothing. */
  int LONG_PAGE = 100;

  /**
   * The next messages from a cursor on, in its order: at most {@code limit}, and none behind so
   * many bytes of content, but one at least where there is any.
   */
  default Page page(TenantId tenant, MessageCursor from, int limit, long maxBytes) {
    boolean ascending = from.order() == Order.ASC;
    var beyond = ascending ? ">" : "<";
    var direction = ascending ? "ASC" : "DESC";
    var rows =
        limit > LONG_PAGE
            ? readLong(
                tenant,
                beyond,
                direction,
                ascending ? "max" : "min",
                from.seq(),
                limit + 1,
                maxBytes)
            : read(tenant, beyond, direction, from.seq(), limit + 1, maxBytes);
    var messages = rows.stream().limit(limit).map(Row::message).toList();
    return new Page(
        messages, rows.size() > limit || (!rows.isEmpty() && rows.get(rows.size() - 1).followed()));
  }

  /** The first messages above a {@code seq}, as {@link #page} bounds them. */
  default List<Message> after(TenantId tenant, long seq, int limit, long maxBytes) {
    return read(tenant, ">", "ASC", seq, limit, maxBytes).stream().map(Row::message).toList();
  }

  /** A message, and whether another one was found behind it, which may be left out for its size. */
  record Row(Message message, boolean followed) {}

  /** Only what fits leaves the server; each content is rendered once. */
  @SqlQuery(
      """
      SELECT seq, message_id, sender_id, created_at, content, followed
      FROM (
        SELECT seq, message_id, sender_id, created_at, content,
          sum(octet_length(content)) OVER place - octet_length(content) AS bytes_before,
          lead(seq) OVER place IS NOT NULL AS followed
        FROM (
          SELECT seq, message_id, sender_id, created_at, payload::text AS content
          FROM <partition>
          WHERE seq <beyond> :seq
          ORDER BY seq <direction>
          LIMIT :limit
        ) AS rendered
        WINDOW place AS (ORDER BY seq <direction> ROWS UNBOUNDED PRECEDING)
      ) AS measured
      WHERE bytes_before \\< :maxBytes
      ORDER BY seq <direction>
      """)
  List<Row> read(
      @DefinePartition TenantId tenant,
      @Define("beyond") String beyond,
      @Define("direction") String direction,
      long seq,
      int limit,
      long maxBytes);

  /**
   * As {@link #read}, for a limit above 32: the messages after the first 32 are rendered only if
   * all of those may fit. Otherwise 500 large messages would be rendered for each page of 16.
   *
   * @param farthest the aggregate that finds the last {@code seq} in the direction
   */
  @SqlQuery(
      """
      WITH head AS MATERIALIZED (
        SELECT seq, message_id, sender_id, created_at, payload::text AS content
        FROM <partition>
        WHERE seq <beyond> :seq
        ORDER BY seq <direction>
        LIMIT 32
      ),
      rest AS (
        SELECT seq, message_id, sender_id, created_at, payload::text AS content
        FROM <partition>
        WHERE seq <beyond> (SELECT <farthest>(seq) FROM head)
          AND (SELECT sum(octet_length(content)) - max(octet_length(content)) FROM head)
            \\< :maxBytes
        ORDER BY seq <direction>
        LIMIT :limit - 32
      )
      SELECT seq, message_id, sender_id, created_at, content, followed
      FROM (
        SELECT seq, message_id, sender_id, created_at, content,
          sum(octet_length(content)) OVER place - octet_length(content) AS bytes_before,
          lead(seq) OVER place IS NOT NULL AS followed
        FROM (SELECT * FROM head UNION ALL SELECT * FROM rest) AS rendered
        WINDOW place AS (ORDER BY seq <direction> ROWS UNBOUNDED PRECEDING)
      ) AS measured
      WHERE bytes_before \\< :maxBytes
      ORDER BY seq <direction>
      """)
  List<Row> readLong(
      @DefinePartition TenantId tenant,
      @Define("beyond") String beyond,
      @Define("direction") String direction,
      @Define("farthest") String farthest,
      long seq,
      int limit,
      long maxBytes);

  @SqlQuery(
      """
      SELECT seq, message_id, sender_id, created_at, payload
      FROM <partition>
      WHERE tenant_id = :tenant
        AND message_id = :messageId
      """)
  Optional<Message> find(@DefinePartition @Bind("tenant") TenantId tenant, UUID messageId);

  /** The highest {@code seq} committed, 0 where there is none; empty if there is no such tenant. */
  @SqlQuery("SELECT head_seq FROM tenant_heads WHERE tenant_id = :tenant")
  Optional<Long> head(TenantId tenant);

  /** As {@link ToMessage}, with one column more. */
  final class ToRow implements RowMapper<Row> {
    private final ToMessage message = new ToMessage();

    @Override
    public Row map(ResultSet row, StatementContext context) throws SQLException {
      return new Row(message.map(row, context), row.getBoolean(6));
    }
  }

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
