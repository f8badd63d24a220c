package dev.chatmultischema.admin;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets one operation in the whole cluster at a tenant's dead letters at a time. */
final class DeadLetterDesk {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterDesk.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Jdbi jdbi;
  private final Tenants tenants;

  DeadLetterDesk(Jdbi jdbi, Tenants tenants) {
    this.jdbi = jdbi;
    this.tenants = tenants;
  }

  /**
   * The one tenant named, which must exist.
   *
   * @throws JdbiException if the database does not answer
   */
  TenantId tenant(Parameters parameters) throws BadUsage {
    var tenant = parameters.tenant();
    tenants.require(tenant);
    return tenant;
  }

  /** The place at the desk, for as long as the database keeps it. */
  interface Place {
    /**
     * Makes sure that nobody else can have it by now.
     *
     * @throws JdbiException if the database connection is gone, and the place with it
     */
    void keep();
  }

  /** What is done at the desk. */
  interface Work<T> {
    T at(Place place) throws OperationFailed;
  }

  /**
   * Works on a tenant's dead letters while no other operation does.
   *
   * @throws OperationFailed if another one did for {@link #PATIENCE}
   * @throws JdbiException if the database does not answer
   */
  <T> T alone(TenantId tenant, Work<T> work) throws OperationFailed {
    var done = new AtomicReference<T>();
    // Opened, not borrowed: what the work does with the database must not be in this transaction.
    try (var open = jdbi.open()) {
      open.<OperationFailed>useTransaction(
          handle -> {
            lock(handle, tenant);
            // A utility statement: a query would keep a snapshot for as long as the lock is held.
            done.set(work.at(() -> handle.execute("SET LOCAL lock_timeout TO DEFAULT")));
          });
    } catch (JdbiException e) {
      if (done.get() == null) {
        throw e;
      }
      LOG.warn("the lock of tenant {} was lost after the work: {}", tenant, e.getMessage());
    }
    return done.get();
  }

  /**
   * The lock is that of the transaction, not of the session, since a pooler may give the next
   * transaction another session; so it stays open, idle, while the work is done elsewhere.
   */
  private static void lock(Handle handle, TenantId tenant) throws OperationFailed {
    try {
      handle.execute(
          String.format(Locale.ROOT, "SET LOCAL lock_timeout = %d", PATIENCE.toMillis()));
      handle.execute(
          "SELECT pg_advisory_xact_lock(hashtext('chat.dead_letters'), hashtext(?))",
          tenant.toString());
      handle.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
    } catch (JdbiException e) {
      if (DatabaseFault.of(e) == DatabaseFault.CONFLICT) {
        throw new OperationFailed(
            String.format(
                Locale.ROOT,
                "another task is at the dead letters of tenant %s, waited %d s",
                tenant,
                PATIENCE.toSeconds()),
            e);
      }
      throw e;
    }
  }
}
