package dev.chatmultischema.database;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Checks the requirements of requests: a writable primary, and on each table the privileges for the
 * statements of the service. Missing tables are not reported, since migrations create them.
 */
public final class DatabaseRequirements {

  private static final String MISSING =
      String.format(
          Locale.ROOT,
          """
      SELECT 'it is a standby, which cannot write: DATABASE_URL must name the primary'
      WHERE pg_is_in_recovery()
      UNION ALL
      SELECT 'it is read-only (default_transaction_read_only)'
      WHERE NOT pg_is_in_recovery() AND current_setting('transaction_read_only')::boolean
      UNION ALL
      SELECT format('no schema of the search_path (%%s) exists and may be used by role %%s: create one, GRANT USAGE ON SCHEMA, or mend currentSchema in DATABASE_URL',
        current_setting('search_path'), current_user)
      WHERE current_schema() IS NULL
      UNION ALL
      SELECT format('role %%1$s may not %%2$s table %%3$s: GRANT %%2$s ON %%3$s TO %%4$I',
        current_user, string_agg(privilege, ', ' ORDER BY privilege), name, current_user)
      FROM (VALUES %1$s
        ) AS needed (name, privileges),
        unnest(string_to_array(privileges, ' ')) AS privilege
      WHERE NOT has_table_privilege(to_regclass(name), privilege)
      GROUP BY name
      UNION ALL
      SELECT format('role %%s may not use sequence tenant_epoch: GRANT USAGE ON SEQUENCE tenant_epoch TO %%I',
        current_user, current_user)
      WHERE NOT has_sequence_privilege(to_regclass('tenant_epoch'), 'USAGE')
      UNION ALL
      SELECT format('role %%s may not execute function %%s: GRANT EXECUTE ON FUNCTION %%s TO %%I',
        current_user, name, name, current_user)
      FROM (VALUES %2$s) AS functions (name)
      WHERE NOT has_function_privilege(to_regprocedure(name), 'EXECUTE')
      """,
          ServicePrivileges.NEEDED,
          ServicePrivileges.FUNCTIONS);

  private static final String MISSING_OF_OWNER =
      """
      SELECT format('role %s may not create tenants'' schemas: GRANT CREATE ON DATABASE %I TO %I',
        current_user, current_database(), current_user)
      WHERE NOT has_database_privilege(current_database(), 'CREATE')
      UNION ALL
      SELECT format('role %s does not own table messages, to which tenants'' partitions are attached: GRANT %I TO %I',
        current_user, pg_get_userbyid(relowner), current_user)
      FROM pg_class
      WHERE oid = to_regclass('messages') AND NOT pg_has_role(relowner, 'USAGE')
      """;

  /** Owners, superusers and roles with BYPASSRLS are not restricted (manual, section 5.8). */
  private static final String UNRESTRICTED =
      """
      SELECT format('role %s %s, so row-level security does not keep tenants apart: let it own nothing, and give the owner''s URL in DATABASE_OWNER_URL',
        rolname,
        CASE WHEN rolsuper THEN 'is a superuser'
          WHEN rolbypassrls THEN 'bypasses row-level security'
          ELSE 'owns the tables' END)
      FROM pg_roles
      WHERE rolname = current_user
        AND (rolsuper
          OR rolbypassrls
          OR pg_has_role((SELECT relowner FROM pg_class WHERE oid = to_regclass('messages')), 'USAGE'))
      """;

  private DatabaseRequirements() {}

  /** Returns each unmet requirement with its remedy; empty if all are met. */
  public static List<String> missing(Handle handle) {
    return handle.createQuery(MISSING).mapTo(String.class).list();
  }

  /** Returns each unmet requirement of the role that executes DDL, with its remedy. */
  public static List<String> missingOfOwner(Handle owner) {
    return owner.createQuery(MISSING_OF_OWNER).mapTo(String.class).list();
  }

  /** Returns the reason why row-level security does not restrict this role; empty if it does. */
  public static Optional<String> isolationWarning(Handle handle) {
    return handle.createQuery(UNRESTRICTED).mapTo(String.class).findFirst();
  }
}
