package dev.chatmultischema.audit;

import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.logging.OutageLog;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the rows of the audit that are older than an age, in small transactions of one node at a
 * time.
 *
 * <p>The service's role may not delete rows. It calls a function of the tables' owner, which
 * deletes none that are younger than {@link #MIN_DAYS}.
 */
final class AuditRetention {

  /** The age in days below which the function and a trigger refuse to delete a row. */
  static final int MIN_DAYS = 30;

  /** The time between two searches for old rows. */
  static final Duration INTERVAL = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(AuditRetention.class);
  private static final int STEP = 1_000;

  private final Jdbi jdbi;
  private final Duration age;
  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not delete old rows of the audit",
          "retrying in " + INTERVAL.toMinutes() + " min",
          "deleting old rows of the audit again");

  AuditRetention(Jdbi jdbi, Duration age) {
    this.jdbi = jdbi;
    this.age = age;
  }

  /** Deletes all rows that are too old, and logs their number. A failure is logged. */
  void run() {
    long deleted = 0;
    try {
      long step;
      do {
        step = jdbi.inTransaction(this::deleteSome);
        deleted += step;
      } while (step == STEP && !Thread.currentThread().isInterrupted());
      outage.up();
    } catch (JdbiException e) {
      outage.down(e);
    }
    if (deleted > 0) {
      LOG.info("deleted {} rows of the audit that were older than {} days", deleted, age.toDays());
    }
  }

  /** Returns the number of deleted rows, 0 if another node deletes some. */
  private long deleteSome(Handle handle) {
    return AdvisoryLock.AUDIT_RETENTION.tryAcquire(handle)
        ? handle
            .createQuery("SELECT delete_old_audit(make_interval(secs => :age), :step)")
            .bind("age", age.toSeconds())
            .bind("step", STEP)
            .mapTo(long.class)
            .one()
        : 0;
  }
}
