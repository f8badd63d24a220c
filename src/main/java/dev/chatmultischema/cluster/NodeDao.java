package dev.chatmultischema.cluster;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Which nodes there are, by the clock of the database alone. */
@RegisterConstructorMapper(NodeDao.Node.class)
interface NodeDao {

  /** A node, which life of it renewed the row last, and whether it can work. */
  record Node(String nodeId, UUID instance, boolean able) {}

  /**
   * Says that this node is there, and tells who else was seen in the last five seconds; this node's
   * own row is told as it was before, if it was there.
   */
  @SqlQuery(
      """
      WITH beat AS (
        INSERT INTO nodes AS n (node_id, instance, able)
        VALUES (:node, :instance, :able)
        ON CONFLICT (node_id) DO UPDATE
        SET instance = EXCLUDED.instance,
          able = EXCLUDED.able,
          started_at =
            CASE WHEN n.instance = EXCLUDED.instance THEN n.started_at ELSE EXCLUDED.started_at END,
          seen_at = EXCLUDED.seen_at
      )
      SELECT node_id, instance, able
      FROM nodes
      WHERE seen_at > clock_timestamp() - interval '5 seconds'
      """)
  List<Node> beat(String node, UUID instance, boolean able);

  @SqlUpdate("DELETE FROM nodes WHERE node_id = :node AND instance = :instance")
  void leave(String node, UUID instance);

  /** Forgets nodes that went without a word long ago. */
  @SqlUpdate("DELETE FROM nodes WHERE seen_at < clock_timestamp() - interval '1 hour'")
  void forgetLost();
}
