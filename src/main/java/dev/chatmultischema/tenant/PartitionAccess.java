package dev.chatmultischema.tenant;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Restricts access to a tenant's partition: row-level security (PostgreSQL manual, section 5.8)
 * shows its rows only to statements that set {@code chat.tenant} to the tenant's id.
 *
 * @param serviceRole the role that is granted access; empty if the owner is the service's role,
 *     which row-level security does not restrict
 */
record PartitionAccess(Optional<String> serviceRole) {

  private static final String UNRESTRICTED =
      """
      SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM '[0-9a-f]{8}-[0-9a-f-]{27}')
      FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'messages'::regclass
        AND NOT i.inhdetachpending
        AND (NOT c.relrowsecurity
          OR CAST(:role AS text) IS NOT NULL
            AND NOT (has_schema_privilege(:role, c.relnamespace, 'USAGE')
              AND has_table_privilege(:role, c.oid, 'SELECT')
              AND has_table_privilege(:role, c.oid, 'INSERT')))
      """;

  /**
   * Returns the DDL, which may be repeated.
   *
   * <p>The subquery of the policy is evaluated once for a statement. The planner expects nearly all
   * rows to fulfil {@code <>}, and so goes on to read a page in the order of an index: for {@code
   * =} it would expect very few.
   */
  String ddl(TenantId tenant) {
    var policy =
        String.format(
            Locale.ROOT,
            """
            DROP POLICY IF EXISTS tenant_context ON %1$s.messages;
            CREATE POLICY tenant_context ON %1$s.messages
              USING ((
                SELECT CASE current_setting('chat.tenant', TRUE) WHEN '%2$s' THEN 1 ELSE 0 END
              ) <> 0);
            ALTER TABLE %1$s.messages ENABLE ROW LEVEL SECURITY;
            """,
            tenant.schema(),
            tenant);
    return policy + serviceRole.map(role -> grants(tenant, role)).orElse("");
  }

  private static String grants(TenantId tenant, String role) {
    return String.format(
        Locale.ROOT,
        """
        GRANT USAGE ON SCHEMA %1$s TO "%2$s";
        GRANT SELECT, INSERT ON %1$s.messages TO "%2$s";
        """,
        tenant.schema(),
        role.replace("\"", "\"\""));
  }

  /** Returns the tenants whose partitions lack the policy, or the grants to the service's role. */
  List<TenantId> unrestricted(Handle handle) {
    return handle
        .createQuery(UNRESTRICTED)
        .bind("role", serviceRole.orElse(null))
        .mapTo(String.class)
        .map(TenantId::fromString)
        .list();
  }
}
