package dev.chatmultischema.concurrency;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again on a thread of its own, with the same wait after each time. A time
 * that fails with whatever is followed by another one, where an executor would silently cancel the
 * rest.
 */
public final class PeriodicTask implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);
  private static final Duration STOPS = Duration.ofSeconds(5);

  private final String name;
  private final Duration firstWait;
  private final Duration wait;
  private final LongLivedThread.Work task;
  private final LongLivedThread thread;

  /**
   * @param firstWait the time before the first time
   * @param wait the time from the end of one time to the start of the next
   */
  public PeriodicTask(String name, Duration firstWait, Duration wait, LongLivedThread.Work task) {
    this.name = name;
    this.firstWait = firstWait;
    this.wait = wait;
    this.task = task;
    this.thread = new LongLivedThread(name, this::repeat);
  }

  private void repeat() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(firstWait.toNanos());
    while (true) {
      task.run();
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    }
  }

  @Override
  public void start() {
    thread.start();
  }

  /** Interrupts it, and waits for its end. */
  @Override
  public void stop() throws InterruptedException {
    if (!stop(STOPS)) {
      LOG.warn("{} did not end within {}", name, STOPS);
    }
  }

  /** Interrupts it, and waits for its end; false if that did not come in time. */
  public boolean stop(Duration timeout) throws InterruptedException {
    thread.shutdownNow();
    return thread.awaitTermination(timeout);
  }
}
