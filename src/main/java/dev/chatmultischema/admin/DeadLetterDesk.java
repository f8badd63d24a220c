package dev.chatmultischema.admin;

import dev.chatmultischema.database.AdvisoryLock;
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
            done.set(work.at(() -> AdvisoryLock.verify(handle)));
          });
    } catch (JdbiException e) {
      if (done.get() == null) {
        throw e;
      }
      LOG.warn("the lock of tenant {} was lost after the work: {}", tenant, e.getMessage());
    }
    return done.get();
  }

  private static void lock(Handle handle, TenantId tenant) throws OperationFailed {
    if (!AdvisoryLock.deadLetters(tenant.toString()).acquire(handle, PATIENCE)) {
      throw new OperationFailed(
          String.format(
              Locale.ROOT,
              "another task is at the dead letters of tenant %s, waited %d s",
              tenant,
              PATIENCE.toSeconds()));
    }
    AdvisoryLock.keepIdle(handle);
  }
}
