package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.PGStatement;
import org.postgresql.util.PSQLState;

/** Writes a tenant's messages, and gives each its place in the tenant's one order. */
public final class MessageStore {

  /**
   * Takes numbers from the tenant's head, whose row is locked from then on, and inserts; fails if
   * an id is stored already.
   *
   * <p>It reads nothing of the partition, so its plan, which the driver has the server keep, stays
   * right while the partition grows from nothing to millions of rows.
   */
  private static final String APPEND =
      """
      WITH head AS (
        UPDATE tenant_heads
        SET head_seq = head_seq + ?
        WHERE tenant_id = ?
        RETURNING head_seq
      ), stored AS (
        INSERT INTO %1$s (tenant_id, message_id, seq, sender_id, created_at, payload)
        SELECT ?, message_id, head_seq - ? + place, sender_id,
          timestamptz 'epoch' + created_ms * interval '1 millisecond', payload::jsonb
        FROM head, unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::text[])
          WITH ORDINALITY AS i (message_id, sender_id, created_ms, payload, place)
      )
      SELECT head_seq
      FROM head
      """;

  /**
   * Which of some ids are stored, as of a moment at which nobody stores more until the transaction
   * ends.
   *
   * <p>The driver sends both statements in one round trip. They are two, because the second must
   * take its snapshot after the lock is held: else it could miss what the lock's last holder
   * committed.
   */
  private static final String LOCK_AND_FIND =
      """
      SELECT head_seq
      FROM tenant_heads
      WHERE tenant_id = ?
      FOR UPDATE;

      SELECT message_id
      FROM %1$s
      WHERE tenant_id = ?
        AND message_id = ANY (?)
      """;

  private final Jdbi jdbi;

  public MessageStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Stores messages in the order given, all or none; those with an id that is stored already are
   * left out. If there are none of these, as almost always, in one round trip.
   *
   * @return the stored ones, by {@code seq}, which is without a gap
   * @throws org.jdbi.v3.core.JdbiException if nothing was stored; {@link
   *     dev.chatmultischema.database.DatabaseFault} tells why
   */
  public List<Message> append(TenantId tenant, Collection<Draft> drafts) {
    var byId = new LinkedHashMap<UUID, Draft>(drafts.size() * 2);
    drafts.forEach(draft -> byId.putIfAbsent(draft.messageId(), draft));
    return jdbi.withHandle(
        handle -> {
          try {
            return insert(handle.getConnection(), tenant, byId.values());
          } catch (SQLException e) {
            if (isKnownId(e)) {
              return handle.inTransaction(locked -> appendUnknown(locked, tenant, byId));
            }
            throw new AppendFailed(tenant, byId.size(), e);
          }
        });
  }

  private static boolean isKnownId(SQLException failure) {
    return PSQLState.UNIQUE_VIOLATION.getState().equals(failure.getSQLState());
  }

  private static List<Message> appendUnknown(
      Handle locked, TenantId tenant, Map<UUID, Draft> byId) {
    try {
      var connection = locked.getConnection();
      byId.keySet().removeAll(lockAndFind(connection, tenant, byId.keySet()));
      return byId.isEmpty() ? List.of() : insert(connection, tenant, byId.values());
    } catch (SQLException e) {
      throw new AppendFailed(tenant, byId.size(), e);
    }
  }

  private static List<Message> insert(
      Connection connection, TenantId tenant, Collection<Draft> drafts) throws SQLException {
    try (var statement =
        connection.prepareStatement(String.format(Locale.ROOT, APPEND, tenant.partition()))) {
      statement.setInt(1, drafts.size());
      statement.setObject(2, tenant.value());
      statement.setObject(3, tenant.value());
      statement.setInt(4, drafts.size());
      setArray(statement, 5, "uuid", drafts.stream().map(Draft::messageId).toArray());
      setArray(statement, 6, "uuid", drafts.stream().map(Draft::senderId).toArray());
      // The driver sends arrays of these types in binary form, where no quote of JSON is escaped.
      setArray(
          statement,
          7,
          "bigint",
          drafts.stream().map(draft -> draft.createdAt().toEpochMilli()).toArray(Long[]::new));
      setArray(
          statement,
          8,
          "text",
          drafts.stream().map(draft -> draft.content().json()).toArray(String[]::new));
      try (var rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("the tenant has no head", PSQLState.NO_DATA.getState());
        }
        return numbered(drafts, rows.getLong(1) - drafts.size());
      }
    }
  }

  private static void setArray(PreparedStatement statement, int index, String type, Object[] values)
      throws SQLException {
    statement.setArray(index, statement.getConnection().createArrayOf(type, values));
  }

  private static List<Message> numbered(Collection<Draft> drafts, long seqBefore) {
    var stored = new ArrayList<Message>(drafts.size());
    long seq = seqBefore;
    for (var draft : drafts) {
      seq++;
      stored.add(
          new Message(
              draft.messageId(), seq, draft.senderId(), draft.content(), draft.createdAt()));
    }
    return stored;
  }

  private static Set<UUID> lockAndFind(Connection connection, TenantId tenant, Set<UUID> ids)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            String.format(Locale.ROOT, LOCK_AND_FIND, tenant.partition()))) {
      // A plan that is kept would be that for the partition's size of a while ago.
      statement.unwrap(PGStatement.class).setPrepareThreshold(0);
      statement.setObject(1, tenant.value());
      statement.setObject(2, tenant.value());
      statement.setArray(3, connection.createArrayOf("uuid", ids.toArray()));
      statement.execute();
      statement.getMoreResults();
      var found = new HashSet<UUID>();
      try (var rows = statement.getResultSet()) {
        while (rows.next()) {
          found.add(rows.getObject(1, UUID.class));
        }
      }
      return found;
    }
  }
}
