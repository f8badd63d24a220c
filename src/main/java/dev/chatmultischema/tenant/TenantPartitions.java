package dev.chatmultischema.tenant;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.database.DatabaseUnavailable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * All DDL of tenants: each has a schema of its own with its partition of {@code messages} in it.
 *
 * <p>Partitions are attached and detached the way that takes no lock against other tenants' inserts
 * (PostgreSQL manual, section 5.12.2.2): created apart and attached, detached concurrently and
 * dropped. A partition's indexes are its own and leave the tenant out, since they hold one tenant
 * only.
 */
public final class TenantPartitions {

  /** Below the driver's socket timeout, so that the server gives up before the client does. */
  private static final int TIMEOUT_SECONDS = 15;

  private static final int MAX_WAIT_SECONDS = 30;

  private final Jdbi jdbi;

  /** PostgreSQL takes one at a time anyway; who waits here holds no connection. */
  private final Semaphore attaching = new Semaphore(1, true);

  private final Semaphore detaching = new Semaphore(1, true);

  public TenantPartitions(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Creates a tenant's schema, partition and sequence head, and does the given work, in one
   * transaction.
   *
   * @throws DatabaseUnavailable if its turn did not come within 30 s
   * @throws org.jdbi.v3.core.JdbiException if it failed, or took more than 15 s; nothing was
   *     created then, unless the commit's answer was lost
   */
  public <T> T create(TenantId tenant, Function<Handle, T> work) {
    return inTurn(
        attaching,
        () ->
            jdbi.inTransaction(
                handle -> {
                  create(handle, tenant);
                  return work.apply(handle);
                }));
  }

  /**
   * Waits for other nodes with LOCK TABLE, which takes no snapshot: finishing an interrupted detach
   * waits for whoever has one, so that both would wait for each other.
   */
  private static void create(Handle handle, TenantId tenant) {
    bounded(handle).execute("LOCK TABLE public.messages IN SHARE UPDATE EXCLUSIVE MODE");
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
   * <p>Only one partition can be detached at a time, and what an interrupted detach left is
   * finished first. The turn is held by a transaction of its own, as DETACH CONCURRENTLY refuses to
   * run in one, and is waited for without a snapshot, as above.
   *
   * @throws DatabaseUnavailable if its turn did not come within 30 s
   * @throws org.jdbi.v3.core.JdbiException if it failed, or readers did not let go within 15 s; may
   *     be repeated
   */
  public void drop(TenantId tenant) {
    inTurn(
        detaching,
        () -> {
          try (var turn = jdbi.open();
              var ddl = jdbi.open()) {
            turn.useTransaction(
                held -> {
                  bounded(held).execute("LOCK TABLE public.tenants IN SHARE UPDATE EXCLUSIVE MODE");
                  detach(bounded(ddl), tenant);
                  ddl.execute("DROP SCHEMA IF EXISTS %s CASCADE".formatted(tenant.schema()));
                });
          }
          return tenant;
        });
  }

  private static Handle bounded(Handle handle) {
    handle.getConfig(SqlStatements.class).setQueryTimeout(TIMEOUT_SECONDS);
    return handle;
  }

  private static <T> T inTurn(Semaphore turns, Supplier<T> work) {
    try {
      if (!turns.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new DatabaseUnavailable(
            new IllegalStateException(
                "no turn in %d s (waiting=%d)"
                    .formatted(MAX_WAIT_SECONDS, turns.getQueueLength())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable(e);
    }
    try {
      return work.get();
    } finally {
      turns.release();
    }
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
