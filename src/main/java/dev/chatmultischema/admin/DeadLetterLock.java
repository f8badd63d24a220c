package dev.chatmultischema.admin;

import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock on a tenant's dead letters, which one operation on one node holds at a time. It is held
 * by an idle transaction on its own database connection; {@link #close} releases it.
 */
final class DeadLetterLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterLock.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final TenantId tenant;
  private final Handle transaction;

  private DeadLetterLock(TenantId tenant, Handle transaction) {
    this.tenant = tenant;
    this.transaction = transaction;
  }

  /**
   * Acquires the lock; waits up to 5 s while another operation holds it.
   *
   * @throws OperationFailed if another operation still holds it after 5 s
   * @throws JdbiException if the database is unavailable
   */
  static DeadLetterLock acquire(Jdbi jdbi, TenantId tenant) throws OperationFailed {
    // The lock has its own connection: the operation's statements must not join its transaction.
    var lock = new DeadLetterLock(tenant, jdbi.open());
    boolean acquired = false;
    try {
      lock.transaction.begin();
      acquired = AdvisoryLock.deadLetters(tenant.toString()).acquire(lock.transaction, TIMEOUT);
      if (acquired) {
        AdvisoryLock.keepIdle(lock.transaction);
        return lock;
      }
    } finally {
      if (!acquired) {
        lock.close();
      }
    }
    throw new OperationFailed(
        String.format(
            Locale.ROOT,
            "another task holds the lock on the dead letters of tenant %s, waited %d s",
            tenant,
            TIMEOUT.toSeconds()));
  }

  /**
   * Verifies that the lock is still held.
   *
   * @throws JdbiException if the connection was lost, and the lock with it
   */
  void verify() {
    AdvisoryLock.verify(transaction);
  }

  /** Releases the lock; logs a warning if its connection, and so the lock, was lost before. */
  @Override
  public void close() {
    try (transaction) {
      transaction.rollback();
    } catch (JdbiException e) {
      LOG.warn(
          "the lock on the dead letters of tenant {} was lost before its release: {}",
          tenant,
          e.getMessage());
    }
  }
}
