package dev.chatmultischema.cluster;

import dev.chatmultischema.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
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

/** CommandLog and receipts. */
@RegisterConstructorMapper(Receipt.class)
@RegisterRowMapper(CommandDao.ToOrder.class)
interface CommandDao {

  @SqlUpdate("DELETE FROM orders WHERE given_at < clock_timestamp() - interval '7 days'")
  void forgetOld();

  /**
   * Adds an order, with its tenants as the text of an array; needs the lock on epochs, so that no
   * order appears below one that was seen.
   */
  @SqlQuery(
      """
      INSERT INTO orders (epoch, task, tenants)
      VALUES (nextval('tenant_epoch'), :task, CAST(:tenants AS uuid[]))
      RETURNING *
      """)
  Command insert(String task, String tenants);

  /** CommandLog given after another, as far as somebody may still wait for their receipts. */
  @SqlQuery(
      """
      SELECT *
      FROM orders
      WHERE epoch > :epoch
        AND given_at > clock_timestamp() - interval '3 minutes'
      ORDER BY epoch
      """)
  List<Command> after(long epoch);

  @SqlUpdate(
      """
      INSERT INTO receipts (epoch, node_id, succeeded, report)
      VALUES (:epoch, :nodeId, :succeeded, :report)
      ON CONFLICT DO NOTHING
      """)
  void answer(long epoch, String nodeId, boolean succeeded, String report);

  @SqlQuery("SELECT * FROM receipts WHERE epoch = :epoch ORDER BY node_id")
  List<Receipt> receipts(long epoch);

  /** Nodes that were seen in the last so many seconds. */
  @SqlQuery(
      """
      SELECT node_id
      FROM nodes
      WHERE seen_at > clock_timestamp() - :seconds * interval '1 second'
      """)
  Set<String> seenWithin(long seconds);

  /** Nodes that did not leave in order. */
  @SqlQuery("SELECT node_id FROM nodes")
  Set<String> nodes();

  /** Reads an order with its tenants. */
  final class ToOrder implements RowMapper<Command> {
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
