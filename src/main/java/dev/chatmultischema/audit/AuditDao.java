package dev.chatmultischema.audit;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Inserts security events into the audit, and reads all of it. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(AuditEntry.class)
public interface AuditDao {

  /**
   * Inserts an event.
   *
   * @param firstAge the seconds since its first occurrence
   * @param lastAge the seconds since its last occurrence
   */
  @SqlUpdate(
      """
      INSERT INTO audit (
        at, ended_at, node_id, event, occurrences, outcome, actor_id, address, tenant_id, user_id)
      VALUES (
        date_trunc('milliseconds', clock_timestamp() - make_interval(secs => :firstAge)),
        date_trunc('milliseconds', clock_timestamp() - make_interval(secs => :lastAge)),
        :node, :event, :occurrences, :outcome, CAST(:actor AS uuid),
        :address, CAST(:tenant AS uuid), CAST(:user AS uuid))
      """)
  void insert(
      String node,
      String event,
      long occurrences,
      String outcome,
      UUID actor,
      String address,
      TenantId tenant,
      UUID user,
      double firstAge,
      double lastAge);

  /** Returns the outcome of the newest event of a type; empty if there is none. */
  @SqlQuery(
      """
      SELECT outcome
      FROM audit
      WHERE event = :event
      ORDER BY audit_id DESC
      LIMIT 1
      """)
  Optional<String> newest(String event);

  /** Returns rows with an id below {@code before}, the newest first. */
  @SqlQuery(
      """
      SELECT audit_id, at, ended_at, node_id, task, parameters, reason, event, occurrences,
        outcome, actor_id, address, tenant_id, user_id
      FROM audit
      WHERE audit_id < :before
      ORDER BY audit_id DESC
      LIMIT :limit
      """)
  List<AuditEntry> newest(long before, int limit);
}
