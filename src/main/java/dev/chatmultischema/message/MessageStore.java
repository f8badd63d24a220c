package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Writes a tenant's messages, and gives each its place in the tenant's one order. */
public final class MessageStore {

  /**
   * Locks the tenant's head, then inserts what is not there yet.
   *
   * <p>The driver sends both statements in one round trip, and PostgreSQL runs what arrives before
   * a Sync as one transaction (manual, section 55.2.3). They are two, because the second must take
   * its snapshot after the lock is held: else it could miss what the lock's last holder committed.
   */
  private static final String APPEND =
      """
      SELECT head_seq
      FROM tenant_heads
      WHERE tenant_id = ?
      FOR UPDATE;

      WITH incoming AS (
        SELECT *
        FROM unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::text[])
          WITH ORDINALITY AS i (message_id, sender_id, created_ms, content, place)
      ), fresh AS (
        SELECT i.*, row_number() OVER (ORDER BY place) AS number, count(*) OVER () AS total
        FROM incoming i
        WHERE NOT EXISTS (SELECT FROM %1$s m WHERE m.message_id = i.message_id)
      ), head AS (
        UPDATE tenant_heads
        SET head_seq = head_seq + (SELECT total FROM fresh LIMIT 1)
        WHERE tenant_id = ?
          AND EXISTS (SELECT FROM fresh)
        RETURNING head_seq
      )
      INSERT INTO %1$s (tenant_id, seq, message_id, sender_id, created_at, content)
      SELECT ?, head_seq - total + number, message_id, sender_id,
        timestamptz 'epoch' + created_ms * interval '1 millisecond', content::json
      FROM fresh, head
      RETURNING message_id, seq
      """;

  private final Jdbi jdbi;

  public MessageStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Stores messages in the order given, all or none, in one round trip; those with an id that is
   * stored already are left out.
   *
   * @return the stored ones, by {@code seq}, which is without a gap
   * @throws org.jdbi.v3.core.JdbiException if nothing was stored; {@link
   *     dev.chatmultischema.database.DatabaseFault} tells why
   */
  public List<Message> append(TenantId tenant, Collection<Draft> drafts) {
    var byId = new LinkedHashMap<UUID, Draft>(drafts.size() * 2);
    drafts.forEach(draft -> byId.putIfAbsent(draft.messageId(), draft));
    var seqs = jdbi.withHandle(handle -> append(handle.getConnection(), tenant, byId.values()));
    var stored = new ArrayList<Message>(seqs.size());
    for (var draft : byId.values()) {
      var seq = seqs.get(draft.messageId());
      if (seq != null) {
        stored.add(
            new Message(
                draft.messageId(), seq, draft.senderId(), draft.content(), draft.createdAt()));
      }
    }
    stored.sort(Comparator.comparingLong(Message::seq));
    return stored;
  }

  private static Map<UUID, Long> append(
      Connection connection, TenantId tenant, Collection<Draft> drafts) {
    try (var statement = connection.prepareStatement(APPEND.formatted(tenant.partition()))) {
      bind(connection, statement, tenant, drafts);
      statement.execute();
      statement.getMoreResults();
      var seqs = new HashMap<UUID, Long>(drafts.size() * 2);
      try (var rows = statement.getResultSet()) {
        while (rows.next()) {
          seqs.put(rows.getObject(1, UUID.class), rows.getLong(2));
        }
      }
      return seqs;
    } catch (SQLException e) {
      throw new AppendFailed(tenant, drafts.size(), e);
    }
  }

  private static void bind(
      Connection connection, PreparedStatement statement, TenantId tenant, Collection<Draft> drafts)
      throws SQLException {
    statement.setObject(1, tenant.value());
    statement.setArray(
        2, connection.createArrayOf("uuid", drafts.stream().map(Draft::messageId).toArray()));
    statement.setArray(
        3, connection.createArrayOf("uuid", drafts.stream().map(Draft::senderId).toArray()));
    statement.setArray(
        4,
        connection.createArrayOf(
            "bigint", drafts.stream().map(draft -> draft.createdAt().toEpochMilli()).toArray()));
    statement.setArray(
        5,
        connection.createArrayOf(
            "text", drafts.stream().map(draft -> draft.content().json()).toArray()));
    statement.setObject(6, tenant.value());
    statement.setObject(7, tenant.value());
  }
}
