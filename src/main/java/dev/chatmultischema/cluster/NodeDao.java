package dev.chatmultischema.cluster;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Reads and writes the table of nodes. All times are those of the database clock. */
@RegisterConstructorMapper(NodeDao.Node.class)
@RegisterConstructorMapper(NodeState.class)
interface NodeDao {

  /**
   * A node.
   *
   * @param instance identifies the process that wrote the last heartbeat
   * @param able whether the node can consume
   */
  record Node(String nodeId, UUID instance, boolean able) {}

  /**
   * Writes a heartbeat of this node, and returns the nodes whose last heartbeat is at most so many
   * seconds old. This node's own row, if there was one, is returned as it was before.
   */
  @SqlQuery(
      """
      WITH beat AS (
        INSERT INTO nodes AS n (node_id, instance, able, report)
        VALUES (:node, :instance, :able, CAST(:report AS jsonb))
        ON CONFLICT (node_id) DO UPDATE
        SET instance = EXCLUDED.instance,
          able = EXCLUDED.able,
          report = EXCLUDED.report,
          started_at =
            CASE WHEN n.instance = EXCLUDED.instance THEN n.started_at ELSE EXCLUDED.started_at END,
          seen_at = EXCLUDED.seen_at
      )
      SELECT node_id, instance, able
      FROM nodes
      WHERE seen_at > clock_timestamp() - :deadAfter * interval '1 second'
      """)
  List<Node> heartbeat(String node, UUID instance, boolean able, String report, long deadAfter);

  /** Returns all nodes, by name, except those that shut down in order. */
  @SqlQuery(
      """
      SELECT node_id, able, started_at, seen_at, CAST(report AS text) AS report,
        CAST(EXTRACT(EPOCH FROM clock_timestamp() - seen_at) AS double precision) AS silent_for
      FROM nodes
      ORDER BY node_id
      """)
  List<NodeState> list();

  /** Deletes this node, unless another process of the same name has written a heartbeat. */
  @SqlUpdate("DELETE FROM nodes WHERE node_id = :node AND instance = :instance")
  void delete(String node, UUID instance);

  /** Deletes nodes whose last heartbeat is older than so many seconds. */
  @SqlUpdate("DELETE FROM nodes WHERE seen_at < clock_timestamp() - :seconds * interval '1 second'")
  void deleteUnseenFor(long seconds);
}
