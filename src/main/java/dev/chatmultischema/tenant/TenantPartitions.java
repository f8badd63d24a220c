package dev.chatmultischema.tenant;

import com.google.common.base.Throwables;
import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.database.DatabaseUnavailable;
import dev.chatmultischema.database.OwnerDatabase;
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
 * Creates and drops the schemas of tenants. Each schema holds the tenant's partition of {@code
 * messages}; all DDL of tenants is here.
 *
 * <p>Attaching and detaching do not block the inserts of other tenants (PostgreSQL manual, section
 * 5.12.2.2): a table is created and then attached, or detached concurrently and then dropped. A
 * partition has the indexes of the parent and a unique index on {@code seq} alone, since it holds
 * one tenant.
 */
public final class TenantPartitions {

  /**
   * The timeout of a statement. It is less than the driver's socket timeout, so that the server
   * cancels the statement before the driver closes the connection.
   */
  private static final int TIMEOUT_SECONDS = 15;

  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  /**
   * Bounds one attempt to acquire a lock that another node holds. A waiting transaction keeps a
   * snapshot, and finishing an interrupted detach waits for all older snapshots: without the bound,
   * both transactions would wait for each other. The bound is less than {@code deadlock_timeout}.
   */
  private static final String SET_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '500ms'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String RESET_LOCK_TIMEOUT = "SET LOCAL lock_timeout TO DEFAULT";

  private final Jdbi jdbi;
  private final PartitionAccess access;

  /** PostgreSQL attaches one partition at a time. A thread that waits here holds no connection. */
  private final Semaphore attachPermit = new Semaphore(1, true);

  /** PostgreSQL detaches one partition at a time. A thread that waits here holds no connection. */
  private final Semaphore detachPermit = new Semaphore(1, true);

  public TenantPartitions(OwnerDatabase owner) {
    this.jdbi = owner.jdbi();
    this.access = new PartitionAccess(owner.serviceRole());
  }

  /**
   * Creates a tenant's schema, partition and head, and runs the given work, in one transaction.
   *
   * @param work runs last in the transaction; its result is returned
   * @throws DatabaseUnavailable if no permit was available within 30 s
   * @throws org.jdbi.v3.core.JdbiException if the transaction failed, or a statement took more than
   *     15 s; nothing was created, unless the connection was lost during the commit
   */
  public <T> T create(TenantId tenant, Function<Handle, T> work) {
    return withPermit(
        attachPermit,
        () ->
            jdbi.inTransaction(
                handle -> {
                  bounded(handle).execute(SET_LOCK_TIMEOUT);
                  handle.execute("LOCK TABLE messages IN SHARE UPDATE EXCLUSIVE MODE");
                  handle.execute(RESET_LOCK_TIMEOUT);
                  create(handle, tenant);
                  return work.apply(handle);
                }));
  }

  private void create(Handle handle, TenantId tenant) {
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
            %3$s
            ALTER TABLE messages ATTACH PARTITION %1$s.messages FOR VALUES IN ('%2$s');
            ALTER TABLE %1$s.messages DROP CONSTRAINT one_tenant;
            INSERT INTO tenant_heads (tenant_id) VALUES ('%2$s');
            """,
                tenant.schema(),
                tenant,
                access.ddl(tenant)))
        .execute();
  }

  /**
   * Restricts the partitions that lack their policy or the privileges of the service's role, since
   * an earlier version or another role has created them; each in a transaction of its own.
   *
   * @return their number
   * @throws org.jdbi.v3.core.JdbiException if a statement failed; the call may be repeated
   */
  public int restrictExisting() {
    var unrestricted = jdbi.withHandle(access::unrestricted);
    unrestricted.forEach(this::restrict);
    return unrestricted.size();
  }

  private void restrict(TenantId tenant) {
    withPermit(
        attachPermit,
        () ->
            jdbi.inTransaction(
                handle -> {
                  bounded(handle).execute(SET_LOCK_TIMEOUT);
                  handle.createScript(access.ddl(tenant)).execute();
                  return tenant;
                }));
  }

  /**
   * Drops a tenant's schema with all its messages; does nothing if the schema does not exist.
   *
   * <p>PostgreSQL detaches one partition at a time, so a detach that was interrupted is finished
   * first. DETACH CONCURRENTLY refuses to run in a transaction. So a transaction on a second
   * connection holds the advisory lock, which is released with that connection.
   *
   * @throws DatabaseUnavailable if no permit was available within 30 s
   * @throws org.jdbi.v3.core.JdbiException if a statement failed, or readers kept their locks for
   *     15 s; the call may be repeated
   */
  public void drop(TenantId tenant) {
    withPermit(
        detachPermit,
        () -> {
          try (var lock = jdbi.open();
              var ddl = jdbi.open()) {
            lock.useTransaction(
                held -> {
                  bounded(held).execute(SET_LOCK_TIMEOUT);
                  AdvisoryLock.PARTITION_DETACH.acquire(held);
                  // This closes the driver's last portal too, which releases the portal's snapshot.
                  held.execute(RESET_LOCK_TIMEOUT);
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
   * Runs the work while the thread holds a permit of this node; repeats it while another node holds
   * the lock in the database, until 30 s after the call.
   */
  private static <T> T withPermit(Semaphore permit, Supplier<T> work) {
    var deadline = System.nanoTime() + MAX_WAIT.toNanos();
    try {
      if (!permit.tryAcquire(MAX_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new DatabaseUnavailable(
            String.format(
                Locale.ROOT,
                "no permit within %s, %d threads wait",
                MAX_WAIT,
                permit.getQueueLength()));
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
          if (!isLockTimeout(e)
              || System.nanoTime() - deadline > 0
              || Thread.currentThread().isInterrupted()) {
            throw e;
          }
        }
      }
    } finally {
      permit.release();
    }
  }

  private static boolean isLockTimeout(JdbiException failure) {
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
    if (isAttached(handle, tenant)) {
      handle.execute(
          String.format(
              Locale.ROOT,
              "ALTER TABLE messages DETACH PARTITION %s CONCURRENTLY",
              tenant.partition()));
    }
  }

  private static boolean isAttached(Handle handle, TenantId tenant) {
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

  /** Returns whether a query failed because the tenant's partition does not exist. */
  public static boolean isMissing(Throwable failure) {
    return DatabaseFault.of(failure) == DatabaseFault.MISSING;
  }
}
