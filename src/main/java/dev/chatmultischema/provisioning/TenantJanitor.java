package dev.chatmultischema.provisioning;

import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes, at start and every half minute, what the deletion or a given-up creation of a tenant
 * has left in an outage or a crash, and creates every five seconds what tenants lack that were
 * inserted by SQL; one node at a time.
 */
final class TenantJanitor implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(TenantJanitor.class);

  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final Duration PROVISION_PERIOD = Duration.ofSeconds(5);
  private static final Duration SOONER = Duration.ofSeconds(1);

  private final Jdbi jdbi;
  private final TenantDao tenants;
  private final TenantCleanup cleanup;
  private final UnprovisionedTenants inserted;
  private final TaskScheduler sweeper = new TaskScheduler("tenant-janitor");

  private final OutageLog provisionOutage =
      new OutageLog(
          LOG,
          "could not read the tenants that were inserted by SQL",
          "retrying in " + PROVISION_PERIOD.toSeconds() + " s",
          "reading the tenants that were inserted by SQL again");
  private final OutageLog sweepOutage =
      new OutageLog(
          LOG,
          "could not clean up after deleted tenants",
          "retrying",
          "cleaning up after deleted tenants again");

  TenantJanitor(
      Jdbi jdbi, TenantDao tenants, TenantCleanup cleanup, UnprovisionedTenants inserted) {
    this.jdbi = jdbi;
    this.tenants = tenants;
    this.cleanup = cleanup;
    this.inserted = inserted;
  }

  @Override
  public void start() {
    sweeper.start();
    sweeper.execute(() -> sweepAgain(SOONER));
    sweeper.scheduleWithFixedDelay(SOONER, PROVISION_PERIOD, this::provisionOrLog);
  }

  private void provisionOrLog() {
    try {
      var tenants = inserted.find();
      if (!tenants.isEmpty()) {
        alone(() -> inserted.provision(tenants, sweeper::isShutdown));
      }
      provisionOutage.up();
    } catch (RuntimeException e) {
      provisionOutage.down(e);
    }
  }

  /** Tries again soon where something was left, and less soon each time. */
  private void sweepAgain(Duration patience) {
    var done = sweepOrLog();
    var wait = done || patience.compareTo(PERIOD) > 0 ? PERIOD : patience;
    var next = done ? SOONER : wait.multipliedBy(2);
    sweeper.schedule(wait, () -> sweepAgain(next));
  }

  @Override
  public void stop() throws InterruptedException {
    // A sweep may be cut anywhere: the next one, on whichever node, starts over.
    sweeper.stop();
  }

  private boolean sweepOrLog() {
    try {
      var done = sweep();
      sweepOutage.up();
      return done;
    } catch (RuntimeException | Error e) {
      sweepOutage.down(e);
      return false;
    }
  }

  /**
   * Clears all that can be cleared by now; false if something is left.
   *
   * @throws org.jdbi.v3.core.JdbiException if the database does not answer
   */
  boolean sweep() {
    cleanup.resolveAbandoned();
    var deleted = tenants.findDeleted();
    // Every node forgets, as a row stays for two sweeps or more; one takes away.
    deleted.forEach(cleanup::evict);
    return deleted.isEmpty() || alone(() -> clear(deleted));
  }

  private boolean clear(List<TenantId> deleted) {
    var all = true;
    for (var tenant : deleted) {
      if (sweeper.isShutdown()) {
        return false;
      }
      if (cleanup.cleanUp(tenant)) {
        tenants.delete(tenant);
      } else {
        all = false;
      }
    }
    return all;
  }

  /** Does nothing, and reports success, where another node is doing it. */
  private boolean alone(BooleanSupplier work) {
    return AdvisoryLock.TENANT_CLEANUP.tryHold(jdbi, work::getAsBoolean).orElse(true);
  }
}
