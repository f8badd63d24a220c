package dev.chatmultischema.message;

import dev.chatmultischema.database.ReplicationWait;
import dev.chatmultischema.identity.ExternalMember;
import dev.chatmultischema.identity.Sender;
import dev.chatmultischema.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.PGStatement;
import org.postgresql.util.PSQLState;

/**
 * Stores a tenant's messages, and assigns each the next {@code seq} of the tenant.
 *
 * <p>The row lock on the tenant's head makes the order of {@code seq} the order of commits.
 */
public final class MessageStore {

  /**
   * Advances the tenant's head, which locks its row, and inserts; fails if an id is stored already.
   *
   * <p>The statement does not read the partition. So its plan, which is prepared on the server,
   * stays right while the partition grows from an empty table to millions of rows.
   *
   * <p>The statement before it sets the tenant's context, in the same round trip and transaction.
   * The driver sends both at once only if it knows the size of the first one's result, which
   * therefore is a number.
   *
   * <p>A head is not advanced in another history of PostgreSQL before {@link Epochs} has compared
   * it with the heads that are remembered. The session's history is kept in {@code chat.server}.
   */
  private static final String APPEND =
      """
      SELECT length(set_config('chat.tenant', '<tenant>', TRUE));

      WITH head AS (
        UPDATE tenant_heads
        SET head_seq = head_seq + ?
        WHERE tenant_id = ?
          AND server = current_setting('chat.server', TRUE)
        RETURNING head_seq, epoch
      ), stored AS (
        INSERT INTO <partition> (tenant_id, message_id, seq, sender_id, created_at, payload)
        SELECT ?, message_id, head_seq - ? + ordinal, sender_id,
          timestamptz 'epoch' + created_ms * interval '1 millisecond', payload::jsonb
        FROM head, unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::text[])
          WITH ORDINALITY AS i (message_id, sender_id, created_ms, payload, ordinal)
      )
      SELECT head_seq, epoch
      FROM head
      """;

  /**
   * Selects external senders of a batch, in the round trip of {@link #APPEND}: the stored messages
   * are broadcast with them.
   */
  private static final String FIND_SENDERS =
      """
      ;

      SELECT user_id, sub, name
      FROM external_members
      WHERE tenant_id = ?
        AND user_id = ANY (?)
      """;

  /**
   * Locks the tenant's head until the end of the transaction, and selects those of the given ids
   * that are stored.
   *
   * <p>The driver sends these statements in one round trip. One statement would not suffice: the
   * last must take its snapshot after the lock is acquired, or it could miss the rows that the
   * previous holder of the lock committed.
   */
  private static final String LOCK_AND_FIND_STORED =
      """
      SELECT length(set_config('chat.tenant', '<tenant>', TRUE));

      SELECT head_seq
      FROM tenant_heads
      WHERE tenant_id = ?
      FOR UPDATE;

      SELECT message_id
      FROM <partition>
      WHERE tenant_id = ?
        AND message_id = ANY (?)
      """;

  /** A pooler of transactions may choose a server connection without the setting each time. */
  private static final int MAX_ATTEMPTS = 8;

  private final Jdbi jdbi;
  private final Epochs epochs;

  public MessageStore(Jdbi jdbi, Epochs epochs) {
    this.jdbi = jdbi;
    this.epochs = epochs;
  }

  /**
   * Stores messages in the order given, all or none. Messages with an id that is stored already are
   * duplicates, and are skipped. A batch without duplicates, the usual case, needs one round trip.
   *
   * @return the stored messages, in the order of their {@code seq}, which has no gap
   * @throws org.jdbi.v3.core.JdbiException if nothing was stored, or may not survive a failover;
   *     {@link dev.chatmultischema.database.DatabaseFault} classifies the cause
   */
  public List<Message> append(TenantId tenant, Collection<Draft> drafts) {
    var byId = new LinkedHashMap<UUID, Draft>(drafts.size() * 2);
    drafts.forEach(draft -> byId.putIfAbsent(draft.messageId(), draft));
    var stored = jdbi.withHandle(handle -> append(handle, tenant, byId));
    if (!stored.isEmpty()) {
      var last = stored.get(stored.size() - 1);
      epochs.remember(tenant, new Position(last.epoch(), last.seq()));
    }
    return stored;
  }

  private List<Message> append(Handle handle, TenantId tenant, Map<UUID, Draft> byId) {
    for (int attempt = 1; ; attempt++) {
      try {
        return appendOrFindDuplicates(handle, tenant, byId);
      } catch (HeadNotAdvanced e) {
        if (!epochs.adopt(handle, tenant)) {
          throw new AppendFailed(
              tenant,
              byId.size(),
              new SQLException("the tenant has no head", PSQLState.NO_DATA.getState(), e));
        }
        if (attempt == MAX_ATTEMPTS) {
          throw new AppendFailed(tenant, byId.size(), e);
        }
      }
    }
  }

  private static List<Message> appendOrFindDuplicates(
      Handle handle, TenantId tenant, Map<UUID, Draft> byId) throws HeadNotAdvanced {
    try {
      return insert(handle.getConnection(), tenant, byId.values());
    } catch (HeadNotAdvanced e) {
      throw e;
    } catch (SQLException e) {
      if (isDuplicateId(e)) {
        return handle.inTransaction(locked -> appendWithoutDuplicates(locked, tenant, byId));
      }
      throw new AppendFailed(tenant, byId.size(), e);
    }
  }

  /** Reports that a head is missing, or was advanced in another history of PostgreSQL. */
  private static final class HeadNotAdvanced extends SQLException {

    private static final long serialVersionUID = 1;

    HeadNotAdvanced() {
      super(
          "the head was advanced in another history of PostgreSQL",
          PSQLState.SERIALIZATION_FAILURE.getState());
    }
  }

  private static boolean isDuplicateId(SQLException failure) {
    return PSQLState.UNIQUE_VIOLATION.getState().equals(failure.getSQLState());
  }

  private static List<Message> appendWithoutDuplicates(
      Handle locked, TenantId tenant, Map<UUID, Draft> byId) {
    try {
      var connection = locked.getConnection();
      byId.keySet().removeAll(lockAndFindStored(connection, tenant, byId.keySet()));
      return byId.isEmpty() ? List.of() : insert(connection, tenant, byId.values());
    } catch (SQLException e) {
      throw new AppendFailed(tenant, byId.size(), e);
    }
  }

  private static List<Message> insert(
      Connection connection, TenantId tenant, Collection<Draft> drafts) throws SQLException {
    var senders =
        drafts.stream()
            .map(Draft::senderId)
            .filter(ExternalMember::isExternalId)
            .distinct()
            .toArray();
    var sql = senders.length == 0 ? APPEND : APPEND + FIND_SENDERS;
    try (var statement = connection.prepareStatement(forPartition(sql, tenant))) {
      statement.setInt(1, drafts.size());
      statement.setObject(2, tenant.value());
      statement.setObject(3, tenant.value());
      statement.setInt(4, drafts.size());
      setArray(statement, 5, "uuid", drafts.stream().map(Draft::messageId).toArray());
      setArray(statement, 6, "uuid", drafts.stream().map(Draft::senderId).toArray());
      // The driver sends arrays of these types in binary form, which needs no escapes in JSON.
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
      if (senders.length > 0) {
        statement.setObject(9, tenant.value());
        setArray(statement, 10, "uuid", senders);
      }
      statement.execute();
      statement.getMoreResults();
      var head = head(statement.getResultSet());
      var stored =
          withSeq(
              drafts,
              new Position(head.epoch(), head.seq() - drafts.size()),
              senders(statement, senders.length > 0));
      ReplicationWait.verify(statement.getWarnings());
      return stored;
    }
  }

  private static Position head(ResultSet rows) throws SQLException {
    try (rows) {
      if (!rows.next()) {
        throw new HeadNotAdvanced();
      }
      return new Position(rows.getInt(2), rows.getLong(1));
    }
  }

  private static Map<UUID, Sender> senders(PreparedStatement statement, boolean isSelected)
      throws SQLException {
    var senders = new HashMap<UUID, Sender>();
    if (isSelected && statement.getMoreResults()) {
      try (var rows = statement.getResultSet()) {
        while (rows.next()) {
          senders.put(
              rows.getObject(1, UUID.class), new Sender(rows.getString(2), rows.getString(3)));
        }
      }
    }
    return senders;
  }

  private static String forPartition(String statement, TenantId tenant) {
    return statement
        .replace("<tenant>", tenant.toString())
        .replace("<partition>", tenant.partition());
  }

  private static void setArray(PreparedStatement statement, int index, String type, Object[] values)
      throws SQLException {
    statement.setArray(index, statement.getConnection().createArrayOf(type, values));
  }

  private static List<Message> withSeq(
      Collection<Draft> drafts, Position previousHead, Map<UUID, Sender> senders) {
    var stored = new ArrayList<Message>(drafts.size());
    long seq = previousHead.seq();
    for (var draft : drafts) {
      seq++;
      stored.add(
          new Message(
              draft.messageId(),
              seq,
              draft.senderId(),
              senders.get(draft.senderId()),
              draft.content(),
              draft.createdAt(),
              previousHead.epoch()));
    }
    return stored;
  }

  private static Set<UUID> lockAndFindStored(Connection connection, TenantId tenant, Set<UUID> ids)
      throws SQLException {
    try (var statement = connection.prepareStatement(forPartition(LOCK_AND_FIND_STORED, tenant))) {
      // A prepared plan would suit the size that the partition had when the plan was made.
      statement.unwrap(PGStatement.class).setPrepareThreshold(0);
      statement.setObject(1, tenant.value());
      statement.setObject(2, tenant.value());
      statement.setArray(3, connection.createArrayOf("uuid", ids.toArray()));
      statement.execute();
      statement.getMoreResults();
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
