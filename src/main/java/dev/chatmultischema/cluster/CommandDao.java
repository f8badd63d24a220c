package dev.chatmultischema.cluster;

import dev.chatmultischema.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Reads and writes commands, stored in the table {@code orders}, and their receipts. */
@RegisterConstructorMapper(Receipt.class)
@RegisterRowMapper(CommandDao.CommandMapper.class)
interface CommandDao {

  /** Deletes commands that are older than so many seconds, with their receipts. */
  @SqlUpdate(
      """
      DELETE FROM orders
      WHERE given_at < clock_timestamp() - :seconds * interval '1 second'
      """)
  void deleteOlderThan(long seconds);

  /**
   * Inserts a command. The lock on revisions must be held, so that no command appears with a
   * revision below one that a node has read.
   */
  @SqlQuery(
      """
      INSERT INTO orders (epoch, task, tenants)
      VALUES (nextval('tenant_epoch'), :task, :tenants)
      RETURNING *
      """)
  Command insert(String task, Collection<UUID> tenants);

  /** Returns the commands after a revision that are at most so many seconds old, oldest first. */
  @SqlQuery(
      """
      SELECT *
      FROM orders
      WHERE epoch > :revision
        AND given_at > clock_timestamp() - :seconds * interval '1 second'
      ORDER BY epoch
      """)
  List<Command> after(long revision, long seconds);

  /** Returns the revision of the newest command, 0 if there is none. */
  @SqlQuery("SELECT coalesce(max(epoch), 0) FROM orders")
  long newestRevision();

  @SqlUpdate(
      """
      INSERT INTO receipts (epoch, node_id, succeeded, report)
      VALUES (:revision, :nodeId, :succeeded, :report)
      ON CONFLICT DO NOTHING
      """)
  void insertReceipt(long revision, String nodeId, boolean succeeded, String report);

  @SqlQuery("SELECT * FROM receipts WHERE epoch = :revision ORDER BY node_id")
  List<Receipt> receipts(long revision);

  /** Returns the nodes with a heartbeat in the last so many seconds. */
  @SqlQuery(
      """
      SELECT node_id
      FROM nodes
      WHERE seen_at > clock_timestamp() - :seconds * interval '1 second'
      """)
  Set<String> nodesSeenWithin(long seconds);

  /** Returns all nodes except those that shut down in order. */
  @SqlQuery("SELECT node_id FROM nodes")
  Set<String> nodes();

  /** Maps a row to a command with its tenants. */
  final class CommandMapper implements RowMapper<Command> {
    @Override
    public Command map(ResultSet row, StatementContext context) throws SQLException {
      var tenants = (UUID[]) row.getArray("tenants").getArray();
      return new Command(
          row.getLong("epoch"),
          row.getString("task"),
          Stream.of(tenants).map(TenantId::new).collect(Collectors.toUnmodifiableSet()));
    }
  }
}
