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
 * Finishes deletions and failed creations of tenants that an outage or a crash interrupted, every
 * 30 s, and provisions tenants whose rows were inserted by SQL, every 5 s. Only one node at a time
 * does so, on one thread.
 */
final class TenantJanitor implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(TenantJanitor.class);

  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final Duration PROVISION_PERIOD = Duration.ofSeconds(5);
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

  private final Jdbi jdbi;
  private final TenantDao tenants;
  private final TenantCleanup cleanup;
  private final UnprovisionedTenants unprovisioned;
  private final TaskScheduler scheduler = new TaskScheduler("tenant-janitor");

  private final OutageLog provisionOutage =
      new OutageLog(
          LOG,
          "could not provision the tenants that were inserted by SQL",
          "retrying in " + PROVISION_PERIOD.toSeconds() + " s",
          "provisioning the tenants that were inserted by SQL again");
  private final OutageLog sweepOutage =
      new OutageLog(
          LOG,
          "could not clean up after deleted tenants",
          "retrying",
          "cleaning up after deleted tenants again");

  TenantJanitor(
      Jdbi jdbi, TenantDao tenants, TenantCleanup cleanup, UnprovisionedTenants unprovisioned) {
    this.jdbi = jdbi;
    this.tenants = tenants;
    this.cleanup = cleanup;
    this.unprovisioned = unprovisioned;
  }

  @Override
  public void start() {
    scheduler.start();
    scheduler.execute(() -> sweepRepeatedly(FIRST_DELAY));
    scheduler.scheduleWithFixedDelay(FIRST_DELAY, PROVISION_PERIOD, this::provisionOrLog);
  }

  private void provisionOrLog() {
    try {
      var found = unprovisioned.find();
      if (!found.isEmpty()) {
        ifLockIsFree(() -> unprovisioned.provision(found, scheduler::isShutdown));
      }
      provisionOutage.up();
    } catch (RuntimeException e) {
      provisionOutage.down(e);
    }
  }

  /**
   * Sweeps, and schedules the next sweep: 30 s after a complete one, and otherwise after a delay
   * that doubles from 1 s to 30 s.
   */
  private void sweepRepeatedly(Duration retryDelay) {
    var done = sweepOrLog();
    var delay = done || retryDelay.compareTo(PERIOD) > 0 ? PERIOD : retryDelay;
    var next = done ? FIRST_DELAY : delay.multipliedBy(2);
    scheduler.schedule(delay, () -> sweepRepeatedly(next));
  }

  @Override
  public void stop() throws InterruptedException {
    // A sweep may be interrupted at any point: the next one, on any node, repeats its steps.
    scheduler.stop();
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
   * Removes the resources of all tenants that were deleted long enough ago.
   *
   * @return false if some of the resources could not be removed
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  boolean sweep() {
    cleanup.resolveUnknownOutcomes();
    cleanup.restrictPartitions();
    var deleted = tenants.findDeleted();
    // A row exists for two sweeps or more, so every node evicts the tenant. One node removes it.
    deleted.forEach(cleanup::evict);
    return deleted.isEmpty() || ifLockIsFree(() -> cleanUp(deleted));
  }

  private boolean cleanUp(List<TenantId> deleted) {
    var all = true;
    for (var tenant : deleted) {
      if (scheduler.isShutdown()) {
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

  /**
   * Runs the work under the lock; returns true without running it if another node holds the lock.
   */
  private boolean ifLockIsFree(BooleanSupplier work) {
    return AdvisoryLock.TENANT_CLEANUP.tryHold(jdbi, work::getAsBoolean).orElse(true);
  }
}
