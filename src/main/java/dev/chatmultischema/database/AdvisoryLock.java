package dev.chatmultischema.database;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * A PostgreSQL advisory lock (manual, section 13.3.5): one holder among all nodes of a database.
 * All locks of the service are declared here, so that no two purposes share a key.
 *
 * <p>Each is held by a transaction and not by a session, since a pooler such as PgBouncer may run
 * the next transaction in another session. The lock is released when the transaction ends, at the
 * latest when the connection is lost. A holder whose work is not part of the transaction keeps the
 * transaction open on a connection of its own and calls {@link #keepIdle}.
 */
public final class AdvisoryLock {

  /** Acquires the lock under which tenants and commands get their revisions, as SQL for a DAO. */
  public static final String ACQUIRE_REVISION =
      "SELECT pg_advisory_xact_lock(hashtext('chat.tenants.epoch'))";

  /** Acquires the lock under which users are changed, as SQL for a DAO. */
  public static final String ACQUIRE_USER_CHANGES =
      "SELECT pg_advisory_xact_lock(hashtext('chat.users'))";

  /** Held while the tables of a schema are migrated. */
  static final AdvisoryLock MIGRATION = ofCurrentSchema("chat.migration");

  /** Held while queues and schemas of deleted tenants are removed. */
  public static final AdvisoryLock TENANT_CLEANUP = ofCurrentSchema("chat.tenants.janitor");

  /** Held while old rows of the audit are deleted. */
  public static final AdvisoryLock AUDIT_RETENTION = ofCurrentSchema("chat.audit.retention");

  /** Held while contents of messages are erased. */
  public static final AdvisoryLock ERASURES = ofCurrentSchema("chat.erasures");

  /** Held while expired messages are deleted. */
  public static final AdvisoryLock RETENTION = ofCurrentSchema("chat.retention");

  /** Held while a partition is detached, of which PostgreSQL allows one at a time. */
  public static final AdvisoryLock PARTITION_DETACH =
      new AdvisoryLock("hashtext('chat.partitions.detach')", null);

  private final String key;
  private final String object;

  /**
   * @param key SQL of one bigint or two integers, with a parameter if there is an object
   * @param object the value of the parameter, or null
   */
  private AdvisoryLock(String key, String object) {
    this.key = key;
    this.object = object;
  }

  /** Held while an operation works on the dead letters of a tenant. */
  public static AdvisoryLock deadLetters(String tenant) {
    return new AdvisoryLock("hashtext('chat.dead_letters'), hashtext(?)", tenant);
  }

  private static AdvisoryLock ofCurrentSchema(String name) {
    return new AdvisoryLock(
        String.format(
            Locale.ROOT, "hashtext('%s'), hashtext(coalesce(current_schema(), ''))", name),
        null);
  }

  /**
   * Acquires the lock for the transaction of the handle, and waits for it as long as the {@code
   * lock_timeout} of the transaction allows.
   *
   * @throws JdbiException if the database is unavailable or the timeout has expired
   */
  public void acquire(Handle handle) {
    handle.execute("SELECT pg_advisory_xact_lock(" + key + ")", arguments());
  }

  /**
   * Acquires the lock for the transaction of the handle within a time.
   *
   * @return false if the time has expired; the transaction can only be rolled back then
   * @throws JdbiException if the database is unavailable
   */
  public boolean acquire(Handle handle, Duration timeout) {
    handle.execute(String.format(Locale.ROOT, "SET LOCAL lock_timeout = %d", timeout.toMillis()));
    try {
      acquire(handle);
      return true;
    } catch (JdbiException e) {
      if (DatabaseFault.of(e) == DatabaseFault.CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Acquires the lock for the transaction of the handle if no other transaction holds it.
   *
   * @throws JdbiException if the database is unavailable
   */
  public boolean tryAcquire(Handle handle) {
    var query = handle.createQuery("SELECT pg_try_advisory_xact_lock(" + key + ")");
    if (object != null) {
      query.bind(0, object);
    }
    return query.mapTo(boolean.class).one();
  }

  /**
   * Runs the work while a connection of its own holds this lock; returns empty, without running the
   * work, if another process holds the lock.
   *
   * @throws JdbiException if the database is unavailable
   */
  public <T> Optional<T> tryHold(Jdbi jdbi, Supplier<T> work) {
    // Opened, not borrowed: the statements of the work must not be part of this transaction.
    try (var open = jdbi.open()) {
      return open.inTransaction(
          handle -> {
            if (!tryAcquire(handle)) {
              return Optional.empty();
            }
            keepIdle(handle);
            return Optional.of(work.get());
          });
    }
  }

  /**
   * Keeps a transaction that holds a lock from being ended by the server while it is idle. It also
   * releases the transaction's snapshot, for which the DDL of other sessions would wait.
   */
  public static void keepIdle(Handle handle) {
    handle.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
  }

  /**
   * Verifies that the transaction, and so its lock, is still there.
   *
   * @throws JdbiException if the connection was lost, and the lock with it
   */
  public static void verify(Handle handle) {
    // A utility statement: a query would keep a snapshot for as long as the lock is held.
    handle.execute("SET LOCAL lock_timeout TO DEFAULT");
  }

  /** Describes the connection that holds this lock, which must have a key of two integers. */
  Optional<String> holder(Handle handle) {
    return handle
        .createQuery(
            String.format(
                Locale.ROOT,
                """
                SELECT format('%%s from %%s since %%s, backend %%s', application_name,
                  coalesce(host(client_addr), 'the same machine'),
                  to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), pid)
                FROM pg_locks
                JOIN pg_stat_activity USING (pid), (SELECT %s) AS lock (class_key, object_key)
                WHERE locktype = 'advisory'
                  AND classid::bigint = class_key::bigint & 4294967295
                  AND objid::bigint = object_key::bigint & 4294967295
                  AND objsubid = 2
                  AND granted
                """,
                key))
        .mapTo(String.class)
        .findFirst();
  }

  private Object[] arguments() {
    return object == null ? new Object[0] : new Object[] {object};
  }
}
