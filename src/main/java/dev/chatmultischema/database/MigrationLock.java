package dev.chatmultischema.database;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Ensures that one process at a time migrates the tables of a schema.
 *
 * <p>Liquibase's own lock is a row in a table that two processes may create at once, and that stays
 * locked when its holder is killed. So an {@link AdvisoryLock} is acquired before, which is
 * released when its process ends. Its holder releases Liquibase's lock if the process that held
 * that has died.
 */
public final class MigrationLock {

  /** The name of this process in PostgreSQL and in Liquibase's lock. */
  public static final String HOLDER =
      "tenant-api-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

  private static final Pattern HOLDERS = Pattern.compile("#(tenant-api-[0-9a-f]{8}) ");
  private static final Duration POLL = Duration.ofMillis(250);

  /** The maximum time that another program may hold Liquibase's lock. */
  private static final Duration LIQUIBASE_TIMEOUT = Duration.ofSeconds(10);

  /** The work that needs the lock. */
  public interface Work {
    void run() throws Exception;
  }

  /** Thrown if Liquibase's lock is held by a process that may still be running. */
  public static final class Locked extends Exception {
    private static final long serialVersionUID = 1;

    Locked(LiquibaseLock lock) {
      super(
          String.format(
              Locale.ROOT,
              "Liquibase's lock is held by %s since %s, which may be running. If it is not: java -jar tenant-api.jar db locks --force-release config.yml",
              lock.lockedBy(),
              lock.since()));
    }
  }

  /** A row of Liquibase's lock table. */
  private record LiquibaseLock(String lockedBy, String since) {}

  private final Jdbi jdbi;
  private final PrintStream notices;
  private boolean waitNoticed;

  /**
   * @param notices receives a line when this process waits for another, or releases its lock
   */
  public MigrationLock(DatabaseFactory database, PrintStream notices) {
    this.jdbi = Jdbi.create(database.getUrl(), database.driverProperties());
    this.notices = notices;
  }

  /**
   * Waits without a limit until no other process migrates the tables, and does the work.
   *
   * @throws Locked if another program holds Liquibase's lock for 10 s
   * @throws JdbiException if the database does not answer
   */
  public void hold(Work work) throws Exception {
    try (var handle = jdbi.open()) {
      acquire(handle);
      try {
        awaitLiquibase();
        work.run();
      } finally {
        release(handle);
      }
    }
  }

  private void acquire(Handle handle) throws InterruptedException {
    handle.begin();
    // Polled: a waiting statement keeps a snapshot, and the holder's DDL may wait for that.
    while (!AdvisoryLock.MIGRATION.tryAcquire(handle)) {
      notice(
          String.format(
              Locale.ROOT,
              "another process migrates the database (%s); waiting for its end",
              AdvisoryLock.MIGRATION.holder(handle).orElse("which is just ending")));
      handle.rollback();
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      handle.begin();
    }
    AdvisoryLock.keepIdle(handle);
    // The server notices within two minutes if this machine is lost.
    handle.execute("SET LOCAL tcp_keepalives_idle = 60");
  }

  /** Waits until Liquibase's lock is released, and releases it if its holder has died. */
  private void awaitLiquibase() throws Locked, InterruptedException {
    var deadline = System.nanoTime() + LIQUIBASE_TIMEOUT.toNanos();
    for (var lock = liquibaseLock(); lock.isPresent(); lock = liquibaseLock()) {
      var holder = HOLDERS.matcher(lock.get().lockedBy());
      if (holder.find()) {
        if (!connected(holder.group(1))) {
          release(lock.get());
          continue;
        }
        notice(
            String.format(
                Locale.ROOT,
                "%s was stopped, and its last statement still runs; waiting for its end",
                lock.get().lockedBy()));
      } else if (System.nanoTime() - deadline > 0) {
        throw new Locked(lock.get());
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  /** Returns the lock in the current schema, in which Liquibase works. */
  private Optional<LiquibaseLock> liquibaseLock() {
    return jdbi.withHandle(
        handle ->
            handle
                    .createQuery(
                        "SELECT to_regclass(quote_ident(current_schema()) || '.databasechangeloglock') IS NOT NULL")
                    .mapTo(boolean.class)
                    .one()
                ? handle
                    .createQuery(
                        """
                        SELECT coalesce(lockedby, '?'),
                          to_char(lockgranted, 'YYYY-MM-DD"T"HH24:MI:SS')
                        FROM databasechangeloglock
                        WHERE locked
                        """)
                    .map((row, context) -> new LiquibaseLock(row.getString(1), row.getString(2)))
                    .findFirst()
                : Optional.empty());
  }

  private boolean connected(String holder) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = :holder)")
                .bind("holder", holder)
                .mapTo(boolean.class)
                .one());
  }

  private void release(LiquibaseLock lock) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                """
                UPDATE databasechangeloglock
                SET locked = FALSE, lockgranted = NULL, lockedby = NULL
                WHERE lockedby = ?
                """,
                lock.lockedBy()));
    notices.printf(
        Locale.ROOT,
        "freed Liquibase's lock: %s, which held it since %s, has ended without%n",
        lock.lockedBy(),
        lock.since());
  }

  private void notice(String waiting) {
    if (!waitNoticed) {
      waitNoticed = true;
      notices.println(waiting);
    }
  }

  private void release(Handle handle) {
    try {
      handle.rollback();
    } catch (JdbiException e) {
      notices.println(
          "the connection that held the migration lock was lost; another process may have migrated at the same time");
    }
  }
}
