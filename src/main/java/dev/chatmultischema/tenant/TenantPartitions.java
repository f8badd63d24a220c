package dev.chatmultischema.tenant;

import com.google.common.base.Throwables;
import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.database.DatabaseUnavailable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * All DDL of tenants: each has a schema of its own with its partition of {@code messages} in it.
 *
 * <p>Partitions are attached and detached the way that takes no lock against other tenants' inserts
 * (PostgreSQL manual, section 5.12.2.2): created apart and attached, detached concurrently and
 * dropped. A partition has the indexes of the parent, and one on {@code seq}, which leaves the
 * tenant out, since a partition holds one tenant only.
 */
public final class TenantPartitions {

  /** Below the driver's socket timeout, so that the server gives up before the client does. */
  private static final int TIMEOUT_SECONDS = 15;

  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  /**
   * Waiting for another node's turn is cut in slices, since who waits keeps a snapshot, and to
   * finish an interrupted detach is to wait for all older snapshots: both would wait for each
   * other. A slice is shorter than PostgreSQL's {@code deadlock_timeout}.
   */
  private static final String SLICE = "SET LOCAL lock_timeout = '500ms'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String UNSLICED = "SET LOCAL lock_timeout TO DEFAULT";

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
   * @throws org.jdbi.v3.core.JdbiException if it failed, or a statement took more than 15 s;
   *     nothing was created then, unless the commit's answer was lost
   */
  public <T> T create(TenantId tenant, Function<Handle, T> work) {
    return inTurn(
        attaching,
        () ->
            jdbi.inTransaction(
                handle -> {
                  bounded(handle).execute(SLICE);
                  handle.execute("LOCK TABLE messages IN SHARE UPDATE EXCLUSIVE MODE");
                  handle.execute(UNSLICED);
                  create(handle, tenant);
                  return work.apply(handle);
                }));
  }

  private static void create(Handle handle, TenantId tenant) {
    handle
        .createScript(
            String.format(
                Locale.ROOT,
                """
            CREATE SCHEMA %1$s;
            CREATE TABLE %1$s.messages (
              LIKE messages INCLUDING ALL,
              UNIQUE (seq),
              CONSTRAINT one_tenant CHECK (tenant_id = '%2$s')
            );
            ALTER TABLE messages ATTACH PARTITION %1$s.messages FOR VALUES IN ('%2$s');
            ALTER TABLE %1$s.messages DROP CONSTRAINT one_tenant;
            INSERT INTO tenant_heads (tenant_id) VALUES ('%2$s');
            """,
                tenant.schema(),
                tenant))
        .execute();
  }

  /**
   * Drops a tenant's schema with all its messages; does nothing where that was done before.
   *
   * <p>Only one partition can be detached at a time, and what an interrupted detach left is
   * finished first. The turn is held by a transaction of its own, which ends with its connection,
   * as DETACH CONCURRENTLY refuses to run in one.
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
                  bounded(held).execute(SLICE);
                  AdvisoryLock.PARTITION_DETACH.acquire(held);
                  // Lets go of the snapshot, too, which the driver's last portal keeps until then.
                  held.execute(UNSLICED);
                  detach(bounded(ddl), tenant);
                  ddl.execute(
                      String.format(
                          Locale.ROOT, "DROP SCHEMA IF EXISTS %s CASCADE", tenant.schema()));
                });
          }
          return tenant;
        });
  }

  private static Handle bounded(Handle handle) {
    handle.getConfig(SqlStatements.class).setQueryTimeout(TIMEOUT_SECONDS);
    return handle;
  }

  /**
   * Does the work when it is this node's turn, slice after slice, and the caller's on this node.
   */
  private static <T> T inTurn(Semaphore turns, Supplier<T> work) {
    var deadline = System.nanoTime() + MAX_WAIT.toNanos();
    try {
      if (!turns.tryAcquire(MAX_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DatabaseUnavailable(
            String.format(
                Locale.ROOT, "no turn within %s, %d wait", MAX_WAIT, turns.getQueueLength()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable(e);
    }
    try {
      while (true) {
        try {
          return work.get();
        } catch (JdbiException e) {
          if (!sliceIsOver(e)
              || System.nanoTime() - deadline > 0
              || Thread.currentThread().isInterrupted()) {
            throw e;
          }
        }
      }
    } finally {
      turns.release();
    }
  }

  private static boolean sliceIsOver(JdbiException failure) {
    return Throwables.getCausalChain(failure).stream()
        .anyMatch(
            cause ->
                cause instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState()));
  }

  private static void detach(Handle handle, TenantId tenant) {
    var pending =
        handle
            .createQuery(
                """
                SELECT inhrelid::regclass::text AS partition
                FROM pg_inherits
                WHERE inhparent = 'messages'::regclass
                  AND inhdetachpending
                """)
            .mapTo(String.class)
            .list();
    for (var partition : pending) {
      handle.execute(
          String.format(
              Locale.ROOT, "ALTER TABLE messages DETACH PARTITION %s FINALIZE", partition));
    }
    if (attached(handle, tenant)) {
      handle.execute(
          String.format(
              Locale.ROOT,
              "ALTER TABLE messages DETACH PARTITION %s CONCURRENTLY",
              tenant.partition()));
    }
  }

  private static boolean attached(Handle handle, TenantId tenant) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (
              SELECT FROM pg_inherits
              WHERE inhparent = 'messages'::regclass
                AND inhrelid = to_regclass(:partition))
            """)
        .bind("partition", tenant.partition())
        .mapTo(boolean.class)
        .one();
  }

  /** Whether a failure was that of a tenant whose partition is not there any more. */
  public static boolean isMissing(Throwable failure) {
    return DatabaseFault.of(failure) == DatabaseFault.MISSING;
  }
}
