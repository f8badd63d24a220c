package dev.chatmultischema.ops;

import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The append-only book of what operators had done. */
interface Audit {

  @SqlUpdate(
      """
      INSERT INTO audit (node_id, task, parameters, reason, outcome)
      VALUES (:node, :task, :parameters, :reason, :outcome)
      """)
  void write(String node, String task, String parameters, Optional<String> reason, String outcome);
}
