package dev.chatmultischema.tenant;

import dev.chatmultischema.database.DatabaseFault;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * All DDL of tenants: each has a schema of its own with its partition of {@code messages} in it.
 *
 * <p>Partitions are attached and detached the way that takes no lock against other tenants' inserts
 * (PostgreSQL manual, section 5.12.2.2): created apart and attached, detached concurrently and
 * dropped. A partition's indexes are its own and leave the tenant out, since they hold one tenant
 * only.
 */
public final class TenantPartitions {

  private final Jdbi jdbi;

  public TenantPartitions(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Creates a tenant's schema, partition and sequence head, as part of the caller's transaction.
   */
  public void create(Handle handle, TenantId tenant) {
    handle
        .createScript(
            """
            CREATE SCHEMA %1$s;
            CREATE TABLE %1$s.messages (
              LIKE public.messages INCLUDING ALL,
              PRIMARY KEY (seq),
              UNIQUE (message_id),
              CONSTRAINT one_tenant CHECK (tenant_id = '%2$s')
            );
            ALTER TABLE public.messages ATTACH PARTITION %1$s.messages FOR VALUES IN ('%2$s');
            ALTER TABLE %1$s.messages DROP CONSTRAINT one_tenant;
            INSERT INTO tenant_heads (tenant_id) VALUES ('%2$s');
            """
                .formatted(tenant.schema(), tenant))
        .execute();
  }

  /**
   * Drops a tenant's schema with all its messages; does nothing where that was done before.
   *
   * <p>Only one partition can be detached at a time, so this waits for others to finish, and
   * finishes what an interrupted one left.
   */
  public void drop(TenantId tenant) {
    jdbi.useHandle(
        handle -> {
          handle.execute("SELECT pg_advisory_lock(hashtext('chat.partitions.detach'))");
          try {
            detach(handle, tenant);
            handle.execute("DROP SCHEMA IF EXISTS %s CASCADE".formatted(tenant.schema()));
          } finally {
            handle.execute("SELECT pg_advisory_unlock(hashtext('chat.partitions.detach'))");
          }
        });
  }

  private static void detach(Handle handle, TenantId tenant) {
    var pending =
        handle
            .createQuery(
                """
                SELECT inhrelid::regclass::text AS partition
                FROM pg_inherits
                WHERE inhparent = 'public.messages'::regclass
                  AND inhdetachpending
                """)
            .mapTo(String.class)
            .list();
    for (var partition : pending) {
      handle.execute(
          "ALTER TABLE public.messages DETACH PARTITION %s FINALIZE".formatted(partition));
    }
    if (attached(handle, tenant)) {
      handle.execute(
          "ALTER TABLE public.messages DETACH PARTITION %s CONCURRENTLY"
              .formatted(tenant.partition()));
    }
  }

  private static boolean attached(Handle handle, TenantId tenant) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (
              SELECT FROM pg_inherits
              WHERE inhparent = 'public.messages'::regclass
                AND inhrelid = to_regclass(:partition))
            """)
        .bind("partition", tenant.partition())
        .mapTo(boolean.class)
        .one();
  }

  /** Whether a failure was that of a tenant whose partition is not there any more. */
  public static boolean gone(Throwable failure) {
    return DatabaseFault.of(failure) == DatabaseFault.MISSING;
  }
}
