package dev.chatmultischema.admin;

import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * The append-only record of operators' tasks. A row is written before a task acts and completed
 * once, after it; the database refuses every other change. A row without an outcome is a task that
 * still runs, or whose node ended before it could complete the row.
 */
interface Audit {

  /** Records that a task is about to act, and returns the row's id. */
  @SqlQuery(
      """
      INSERT INTO audit (node_id, task, parameters, reason, address)
      VALUES (:node, :task, :parameters, :reason, :address)
      RETURNING audit_id
      """)
  long begin(String node, String task, String parameters, Optional<String> reason, String address);

  /** Records the outcome of a task that was begun. */
  @SqlUpdate("SELECT complete_audit(:id, :outcome)")
  void complete(long id, String outcome);
}
