package dev.chatmultischema.database;

import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The privileges of the service's role on the tables of the current schema. {@link
 * DatabaseRequirements} checks those in the list; all other tables grant all changes of rows.
 */
public final class ServicePrivileges {

  /** Tables and their privileges, as rows of SQL. */
  static final String NEEDED =
      """
      ('users', 'SELECT INSERT UPDATE DELETE'),
      ('tenants', 'SELECT INSERT UPDATE DELETE'),
      ('messages', 'SELECT'),
      ('tenant_heads', 'SELECT UPDATE'),
      ('stream_tickets', 'SELECT INSERT DELETE'),
      ('tenant_limits', 'SELECT INSERT UPDATE'),
      ('tenant_histories', 'SELECT INSERT UPDATE'),
      ('erasures', 'SELECT INSERT UPDATE'),
      ('nodes', 'SELECT INSERT UPDATE DELETE'),
      ('orders', 'SELECT INSERT DELETE'),
      ('receipts', 'SELECT INSERT'),
      ('audit', 'SELECT INSERT'),
      ('tenant_identities', 'SELECT INSERT UPDATE DELETE'),
      ('external_members', 'SELECT INSERT UPDATE'),
      ('databasechangelog', 'SELECT')
      """;

  /** Functions with the privileges of their owner. */
  static final String FUNCTIONS =
      """
      ('tenant_heads_of(uuid[])'),
      ('complete_audit(bigint, text)'),
      ('delete_old_audit(interval, integer)')
      """;

  private static final String GRANTS =
      String.format(
          Locale.ROOT,
          """
          WITH listed (name, privileges) AS (VALUES %s, ('databasechangeloglock', '')),
          functions (name) AS (VALUES %s)
          SELECT format('GRANT USAGE ON SCHEMA %%I TO %%I', current_schema(), :role)
          UNION ALL
          SELECT format('REVOKE ALL ON %%s FROM %%I', oid::regclass, :role)
          FROM pg_class
          WHERE relnamespace = current_schema()::regnamespace
            AND relkind IN ('r', 'p')
          UNION ALL
          SELECT format('GRANT %%s ON %%s TO %%I', privileges, oid::regclass, :role)
          FROM (
            SELECT oid, coalesce(
                replace(privileges, ' ', ', '), 'SELECT, INSERT, UPDATE, DELETE') AS privileges
            FROM pg_class
            LEFT JOIN listed ON name = relname
            WHERE relnamespace = current_schema()::regnamespace
              AND relkind IN ('r', 'p')
          ) AS granted
          WHERE privileges <> ''
          UNION ALL
          SELECT format('GRANT USAGE ON SEQUENCE %%s TO %%I', oid::regclass, :role)
          FROM pg_class
          WHERE relnamespace = current_schema()::regnamespace
            AND relkind = 'S'
          UNION ALL
          SELECT format('GRANT EXECUTE ON FUNCTION %%s TO %%I', name::regprocedure, :role)
          FROM functions
          """,
          NEEDED,
          FUNCTIONS);

  private ServicePrivileges() {}

  /**
   * Grants a role what the statements of the service need, and revokes all else on the tables.
   *
   * @param owner a connection of the tables' owner, in a transaction
   * @throws JdbiException if there is no such role, or the tables are not owned by this one
   */
  public static void grant(Handle owner, String role) {
    owner.createQuery(GRANTS).bind("role", role).mapTo(String.class).list().forEach(owner::execute);
  }
}
