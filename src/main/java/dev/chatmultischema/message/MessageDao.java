package dev.chatmultischema.message;

import com.google.common.collect.Lists;
import dev.chatmultischema.database.Query;
import dev.chatmultischema.identity.SenderReader;
import dev.chatmultischema.message.MessageCursor.Order;
import dev.chatmultischema.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Queries the messages of one tenant, in its own partition. */
public final class MessageDao {

  /** A page with a higher limit is read by {@link #LONG}, whose extra cost is small then. */
  private static final int LONG_PAGE = 100;

  /**
   * Sets the tenant's context, without which the server shows no row of the tenant (see {@link
   * TenantId}), and then executes a query that refers to {@code context.tenant}.
   *
   * <p>The reference orders the two: a lateral subquery is executed for a row of what it refers to,
   * and the server cannot merge one that has a limit or an offset with the query around it.
   */
  private static final String IN_CONTEXT =
      """
      WITH context AS MATERIALIZED (
        SELECT set_config('chat.tenant', ?, TRUE) AS tenant
      )
      SELECT found.*
      FROM context
      CROSS JOIN LATERAL (
      %s) AS found
      """;

  /**
   * Executes a query as {@link #IN_CONTEXT}, and adds the epoch and the first {@code seq} of the
   * snapshot that it reads. A query without a row has one of nulls.
   */
  private static final String IN_EPOCH =
      """
      WITH context AS MATERIALIZED (
        SELECT set_config('chat.tenant', ?, TRUE) AS tenant
      ),
      head AS MATERIALIZED (
        SELECT heads.epoch, heads.first_seq
        FROM context
        CROSS JOIN LATERAL (
          SELECT epoch, coalesce(
            (SELECT first_seq FROM tenant_histories WHERE tenant_id = context.tenant::uuid), 1)
            AS first_seq
          FROM tenant_heads
          WHERE tenant_id = context.tenant::uuid
          OFFSET 0
        ) AS heads
      )
      SELECT found.*, head.epoch, head.first_seq
      FROM context
      CROSS JOIN head
      LEFT JOIN LATERAL (
      %s) AS found ON TRUE
      """;

  /**
   * Renders each content once; the server sends only the messages within the bytes given.
   *
   * <p>The constant limit reads no more rows than the parameter after it. It makes the server keep
   * the plan: for a parameter alone the planner expects a tenth of all rows, so that it would plan
   * every page anew for its limit, which takes longer than to run it.
   */
  private static final String PAGE =
      """
      SELECT seq, message_id, sender_id, created_at, content, followed
      FROM (
        SELECT seq, message_id, sender_id, created_at, content,
          sum(octet_length(content)) OVER place - octet_length(content) AS bytes_before,
          lead(seq) OVER place IS NOT NULL AS followed
        FROM (
          SELECT seq, message_id, sender_id, created_at, payload::text AS content
          FROM (
            SELECT *
            FROM %1$s
            WHERE seq %2$s ?
              AND context.tenant IS NOT NULL
            ORDER BY seq %3$s
            LIMIT 1024
          ) AS nearest
          ORDER BY seq %3$s
          LIMIT ?
        ) AS rendered
        WINDOW place AS (ORDER BY seq %3$s ROWS UNBOUNDED PRECEDING)
      ) AS measured
      WHERE bytes_before < ?
      ORDER BY seq %3$s
      """;

  /**
   * Has the result of {@link #PAGE} for a limit above 32. It renders the messages after the first
   * 32 only if the first 32 fit: otherwise it would render 500 large messages for a page of 16 of
   * them.
   */
  private static final String LONG =
      """
      WITH head AS MATERIALIZED (
        SELECT seq, message_id, sender_id, created_at, payload::text AS content
        FROM %1$s
        WHERE seq %2$s ?
          AND context.tenant IS NOT NULL
        ORDER BY seq %3$s
        LIMIT 32
      ),
      rest AS (
        SELECT seq, message_id, sender_id, created_at, payload::text AS content
        FROM %1$s
        WHERE seq %2$s (SELECT %4$s(seq) FROM head)
          AND context.tenant IS NOT NULL
          AND (SELECT sum(octet_length(content)) - max(octet_length(content)) FROM head)
            < ?
        ORDER BY seq %3$s
        LIMIT ? - 32
      )
      SELECT seq, message_id, sender_id, created_at, content, followed
      FROM (
        SELECT seq, message_id, sender_id, created_at, content,
          sum(octet_length(content)) OVER place - octet_length(content) AS bytes_before,
          lead(seq) OVER place IS NOT NULL AS followed
        FROM (SELECT * FROM head UNION ALL SELECT * FROM rest) AS rendered
        WINDOW place AS (ORDER BY seq %3$s ROWS UNBOUNDED PRECEDING)
      ) AS measured
      WHERE bytes_before < ?
      ORDER BY seq %3$s
      """;

  private static final String FIND =
      """
      SELECT seq, message_id, sender_id, created_at, payload
      FROM %1$s
      WHERE tenant_id = ?
        AND message_id = ?
        AND context.tenant IS NOT NULL
      OFFSET 0
      """;

  private static final Query<Position> HEAD =
      new Query<>(
          inContext(
              """
              SELECT epoch, head_seq
              FROM tenant_heads
              WHERE tenant_id = ?
                AND context.tenant IS NOT NULL
              OFFSET 0
              """),
          row -> new Position(row.getInt(1), row.getLong(2)));

  private final Jdbi jdbi;
  private final SenderReader senders;

  public MessageDao(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.senders = new SenderReader(jdbi);
  }

  /**
   * A page of messages.
   *
   * @param epoch the epoch of the messages
   * @param firstSeq the {@code seq} of the first message that is not deleted
   * @param hasMore whether messages follow the page
   */
  public record Page(int epoch, long firstSeq, List<Message> messages, boolean hasMore) {}

  /**
   * Returns the page behind a cursor, in the cursor's order.
   *
   * <p>The page ends after {@code limit} messages, or before the first message that is preceded by
   * {@code maxBytes} or more bytes of content in the page. It is empty only if no message follows.
   */
  public Page page(TenantId tenant, MessageCursor from, int limit, long maxBytes) {
    boolean ascending = from.order() == Order.ASC;
    var rows =
        limit > LONG_PAGE
            ? readLong(tenant, ascending, from.seq(), limit + 1, maxBytes)
            : read(tenant, ascending, from.seq(), limit + 1, maxBytes);
    int epoch = rows.isEmpty() ? from.epoch() : rows.get(0).epoch();
    long firstSeq = rows.isEmpty() ? 1 : rows.get(0).firstSeq();
    rows.removeIf(row -> row.message() == null);
    var messages = rows.stream().limit(limit).map(Row::message).toList();
    return new Page(
        epoch,
        firstSeq,
        withSenders(tenant, messages),
        rows.size() > limit || (!rows.isEmpty() && rows.get(rows.size() - 1).followed()));
  }

  /**
   * Returns the first messages above a {@code seq}, within the bounds of {@link #page}.
   *
   * @param limit at most 1,024
   */
  public List<Message> after(TenantId tenant, long seq, int limit, long maxBytes) {
    return withSenders(
        tenant,
        read(tenant, true, seq, limit, maxBytes).stream()
            .map(Row::message)
            .filter(Objects::nonNull)
            .toList());
  }

  /** Adds the external senders; without any, executes no query and returns the list itself. */
  private List<Message> withSenders(TenantId tenant, List<Message> messages) {
    var named = senders.find(tenant, Lists.transform(messages, Message::senderId));
    return named.isEmpty()
        ? messages
        : messages.stream().map(message -> message.from(named.get(message.senderId()))).toList();
  }

  /**
   * A message of a page, or null for a page without messages.
   *
   * @param followed whether another message follows, which the page may omit for its size
   */
  private record Row(Message message, boolean followed, int epoch, long firstSeq) {}

  private List<Row> read(TenantId tenant, boolean ascending, long seq, int limit, long maxBytes) {
    return jdbi.withHandle(
        handle ->
            rows(PAGE, tenant, ascending).list(handle, tenant.toString(), seq, limit, maxBytes));
  }

  private List<Row> readLong(
      TenantId tenant, boolean ascending, long seq, int limit, long maxBytes) {
    return jdbi.withHandle(
        handle ->
            rows(LONG, tenant, ascending)
                .list(handle, tenant.toString(), seq, maxBytes, limit, maxBytes));
  }

  private static String inContext(String query) {
    return String.format(Locale.ROOT, IN_CONTEXT, query);
  }

  private static Query<Row> rows(String sql, TenantId tenant, boolean ascending) {
    var beyond = ascending ? ">" : "<";
    var direction = ascending ? "ASC" : "DESC";
    var farthest = ascending ? "max" : "min";
    return new Query<>(
        String.format(
            Locale.ROOT,
            IN_EPOCH,
            String.format(Locale.ROOT, sql, tenant.partition(), beyond, direction, farthest)),
        row -> {
          int epoch = row.getInt(7);
          long seq = row.getLong(1);
          return new Row(
              seq == 0 ? null : message(row, epoch), row.getBoolean(6), epoch, row.getLong(8));
        });
  }

  /**
   * Returns the message with an id, or empty if none is stored.
   *
   * @throws org.jdbi.v3.core.JdbiException if the query fails
   */
  public Optional<Message> find(TenantId tenant, UUID messageId) {
    var query =
        new Query<>(
            inContext(String.format(Locale.ROOT, FIND, tenant.partition())),
            row -> message(row, Position.FIRST_EPOCH));
    return jdbi.withHandle(
            handle -> query.first(handle, tenant.toString(), tenant.value(), messageId))
        .map(message -> withSenders(tenant, List.of(message)).get(0));
  }

  /** Returns the tenant's head, 0 if no message is stored; empty if there is no such tenant. */
  public Optional<Position> head(TenantId tenant) {
    return jdbi.withHandle(handle -> HEAD.first(handle, tenant.toString(), tenant.value()));
  }

  /** Maps columns by position, which is the same in every query of this class. */
  private static Message message(ResultSet row, int epoch) throws SQLException {
    return new Message(
        row.getObject(2, UUID.class),
        row.getLong(1),
        row.getObject(3, UUID.class),
        null,
        Content.ofJsonb(row.getBytes(5)),
        row.getTimestamp(4).toInstant(),
        epoch);
  }
}
