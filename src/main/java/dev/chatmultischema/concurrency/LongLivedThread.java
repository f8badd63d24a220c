package dev.chatmultischema.concurrency;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread that works until it is stopped: whatever ends its work before, an {@link Error}
 * or an interrupt too, the work is started anew, with back-off.
 *
 * <p>Should the thread itself die nevertheless, {@link #deadThreads} names it, and the liveness of
 * the process fails.
 */
public final class LongLivedThread {

  private static final Logger LOG = LoggerFactory.getLogger(LongLivedThread.class);

  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LONGEST_WAIT_MILLIS = 5_000;

  /** Work that went on for so long has recovered, and its next failure is news. */
  private static final long RECOVERED_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Liveness is a property of the process, so all of its threads are in here. */
  private static final Set<LongLivedThread> STARTED = ConcurrentHashMap.newKeySet();

  /** What it does; it returns only once the thread is being stopped. */
  public interface Work {
    void run() throws InterruptedException;
  }

  private final Work work;
  private final Thread thread;
  private volatile boolean stopping;
  private long waitMillis = FIRST_WAIT_MILLIS;

  public LongLivedThread(String name, Work work) {
    this.work = work;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** The names of threads that should run and do not. */
  public static List<String> deadThreads() {
    return STARTED.stream()
        .map(started -> started.thread)
        .filter(thread -> !thread.isAlive())
        .map(Thread::getName)
        .toList();
  }

  public void start() {
    thread.start();
    STARTED.add(this);
  }

  /** Lets the work end by itself, and not begin again. */
  public void shutdown() {
    stopping = true;
    STARTED.remove(this);
  }

  /** As {@link #shutdown}, and interrupts it. */
  public void shutdownNow() {
    shutdown();
    thread.interrupt();
  }

  /** Waits for its end; false if it did not come in time. */
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    thread.join(Math.max(1, timeout.toMillis()));
    return !thread.isAlive();
  }

  private void run() {
    while (!stopping) {
      long began = System.nanoTime();
      try {
        work.run();
        ended(began, null);
      } catch (Throwable e) {
        ended(began, e);
      }
    }
  }

  /** Must not throw, for want of memory either: this is what keeps the thread alive. */
  private void ended(long began, Throwable cause) {
    try {
      if (stopping) {
        return;
      }
      if (System.nanoTime() - began > RECOVERED_NANOS) {
        waitMillis = FIRST_WAIT_MILLIS;
      }
      if (waitMillis == FIRST_WAIT_MILLIS) {
        LOG.error("thread {} failed, starting its work anew", thread.getName(), cause);
      }
      // Nobody who stops it has interrupted it.
      Thread.interrupted();
      TimeUnit.MILLISECONDS.sleep(waitMillis);
    } catch (Throwable again) {
      Thread.yield();
    } finally {
      waitMillis = Math.min(LONGEST_WAIT_MILLIS, waitMillis * 2);
    }
  }
}
