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

/** Queries the messages of one tenant, in its own partition. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterRowMapper(MessageDao.ToMessage.class)
@RegisterRowMapper(MessageDao.ToRow.class)
public interface MessageDao {

  /**
   * A page of messages.
   *
   * @param hasMore whether messages follow the page
   */
  record Page(List<Message> messages, boolean hasMore) {}

  /** A page with a higher limit is read by {@link #readLong}, whose extra cost is small then. */
  int LONG_PAGE = 100;

  /**
   * Returns the page behind a cursor, in the cursor's order.
   *
   * <p>The page ends after {@code limit} messages, or before the first message that is preceded by
   * {@code maxBytes} or more bytes of content in the page. It is empty only if no message follows.
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

  /** Returns the first messages above a {@code seq}, within the bounds of {@link #page}. */
  default List<Message> after(TenantId tenant, long seq, int limit, long maxBytes) {
    return read(tenant, ">", "ASC", seq, limit, maxBytes).stream().map(Row::message).toList();
  }

  /**
   * A message of a page.
   *
   * @param followed whether another message follows, which the page may omit for its size
   */
  record Row(Message message, boolean followed) {}

  /** Renders each content once; the server sends only the messages within {@code maxBytes}. */
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
   * Returns the result of {@link #read} for a limit above 32. It renders the messages after the
   * first 32 only if the first 32 fit: otherwise it would render 500 large messages for a page of
   * 16 of them.
   *
   * @param farthest the aggregate that returns the last {@code seq} in the direction
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

  /** Returns the message with an id, or empty if none is stored. */
  @SqlQuery(
      """
      SELECT seq, message_id, sender_id, created_at, payload
      FROM <partition>
      WHERE tenant_id = :tenant
        AND message_id = :messageId
      """)
  Optional<Message> find(@DefinePartition @Bind("tenant") TenantId tenant, UUID messageId);

  /** Returns the tenant's head, 0 if no message is stored; empty if there is no such tenant. */
  @SqlQuery("SELECT head_seq FROM tenant_heads WHERE tenant_id = :tenant")
  Optional<Long> head(TenantId tenant);

  /** Maps the columns of {@link ToMessage} and {@code followed}. */
  final class ToRow implements RowMapper<Row> {
    private final ToMessage message = new ToMessage();

    @Override
    public Row map(ResultSet row, StatementContext context) throws SQLException {
      return new Row(message.map(row, context), row.getBoolean(6));
    }
  }

  /** Maps columns by position, which is the same in every query of this interface. */
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
