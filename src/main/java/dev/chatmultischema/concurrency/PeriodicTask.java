package dev.chatmultischema.concurrency;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;

/**
 * Runs a task periodically on a thread of its own, with a fixed delay between the end of one run
 * and the start of the next.
 *
 * <p>A run that throws anything, an {@link Error} too, is repeated as {@link TaskScheduler} does; a
 * {@link java.util.concurrent.ScheduledExecutorService} would cancel all further runs silently.
 */
public final class PeriodicTask implements Managed {

  private final TaskScheduler scheduler;
  private final Duration initialDelay;
  private final Duration delay;
  private final Runnable task;

  /**
   * @param name the name of the thread
   */
  public PeriodicTask(String name, Duration initialDelay, Duration delay, Runnable task) {
    this.scheduler = new TaskScheduler(name);
    this.initialDelay = initialDelay;
    this.delay = delay;
    this.task = task;
  }

  @Override
  public void start() {
    scheduler.scheduleWithFixedDelay(initialDelay, delay, task);
    scheduler.start();
  }

  /** Runs the task once more, after a run in progress. */
  public void runNow() {
    scheduler.execute(task);
  }

  /** Interrupts a run in progress, and waits up to 5 s for its end. */
  @Override
  public void stop() throws InterruptedException {
    scheduler.stop();
  }

  /** Interrupts a run in progress, and waits for its end; returns false if the time expired. */
  public boolean stop(Duration timeout) throws InterruptedException {
    return scheduler.stop(timeout);
  }
}
