package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.prometheus.TenantMeters;

/**
 * Counts the permits for one tenant's batches, one for each of its workers, and updates the gauges
 * of workers.
 *
 * <p>Not thread-safe.
 */
final class WorkerPermits {

  private final int max;
  private final TenantMeters meters;
  private int workers;
  private int acquired;

  /** This tenant's part of the gauge, which tenants without a label of their own share. */
  private int workersInGauge;

  /**
   * @param max the largest number of permits in use, however many workers the tenant has
   */
  WorkerPermits(int workers, int max, TenantMeters meters) {
    this.workers = workers;
    this.max = max;
    this.meters = meters;
  }

  /** Shows the workers in the gauge. */
  void open() {
    setGauge(workers);
  }

  /** Removes the workers from the gauge. */
  void close() {
    setGauge(0);
  }

  private void setGauge(int number) {
    meters.workers().inc(number - workersInGauge);
    workersInGauge = number;
  }

  void resize(int number) {
    workers = number;
    setGauge(number);
  }

  int workers() {
    return workers;
  }

  int acquired() {
    return acquired;
  }

  boolean isAvailable() {
    return acquired < Math.min(workers, max);
  }

  void acquire() {
    acquired++;
    meters.busyWorkers().inc();
  }

  void release() {
    acquired--;
    meters.busyWorkers().dec();
  }
}
