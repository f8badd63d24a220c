package dev.chatmultischema.database;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** Checks that the first request will find what it needs: a writable primary, and privileges. */
public final class DatabaseNeeds {

  private static final String MISSING =
      """
      SELECT 'it is a standby, which cannot write: DATABASE_URL must name the primary'
      WHERE pg_is_in_recovery()
      UNION ALL
      SELECT 'it is read-only (default_transaction_read_only)'
      WHERE NOT pg_is_in_recovery() AND current_setting('transaction_read_only')::boolean
      UNION ALL
      SELECT format('role %s may not create tenants'' schemas: GRANT CREATE ON DATABASE %I TO %I',
        current_user, current_database(), current_user)
      WHERE NOT has_database_privilege(current_database(), 'CREATE')
      UNION ALL
      SELECT format('role %s does not own table messages, to which tenants'' partitions are attached: GRANT %I TO %I',
        current_user, pg_get_userbyid(relowner), current_user)
      FROM pg_class
      WHERE oid = to_regclass('messages') AND NOT pg_has_role(relowner, 'USAGE')
      UNION ALL
      SELECT format('no schema of the search_path (%s) exists: create one, or mend currentSchema in DATABASE_URL',
        current_setting('search_path'))
      WHERE current_schema() IS NULL
      """;

  private DatabaseNeeds() {}

  /** What is missing and how to mend it; empty if nothing is. */
  public static List<String> missing(Handle handle) {
    return handle.createQuery(MISSING).mapTo(String.class).list();
  }
}
