package dev.chatmultischema.concurrency;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread that works until it is shut down: if its work ends before, by an {@link Error} or
 * an interrupt too, the work is restarted with back-off.
 *
 * <p>If the thread itself dies nevertheless, {@link #deadThreads} names it, and the liveness check
 * of the process fails.
 */
public final class LongLivedThread {

  private static final Logger LOG = LoggerFactory.getLogger(LongLivedThread.class);

  private static final long MIN_WAIT_MILLIS = 100;
  private static final long MAX_WAIT_MILLIS = 5_000;

  /** Work that ran for longer has recovered, and its next failure is logged again. */
  private static final long RECOVERED_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** All threads that should run: static, since liveness is a property of the process. */
  private static final Set<LongLivedThread> STARTED = ConcurrentHashMap.newKeySet();

  /** The work of the thread, which returns only after {@link #shutdown}. */
  public interface Work {
    void run() throws InterruptedException;
  }

  private final Work work;
  private final Thread thread;
  private volatile boolean shutdown;
  private long waitMillis = MIN_WAIT_MILLIS;

  public LongLivedThread(String name, Work work) {
    this.work = work;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Returns the names of the threads that should run and do not. */
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

  /** Lets the work return by itself without being restarted. */
  public void shutdown() {
    shutdown = true;
    STARTED.remove(this);
  }

  /** Shuts the thread down and interrupts its work. */
  public void shutdownNow() {
    shutdown();
    thread.interrupt();
  }

  /** Waits for the end of the thread; returns false if the timeout expires before. */
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    thread.join(Math.max(1, timeout.toMillis()));
    return !thread.isAlive();
  }

  private void run() {
    while (!shutdown) {
      long start = System.nanoTime();
      try {
        work.run();
        pauseBeforeRestart(start, null);
      } catch (Throwable e) {
        pauseBeforeRestart(start, e);
      }
    }
  }

  /**
   * Pauses after the work has ended. Never throws, not even for lack of memory, since a throw would
   * end the thread.
   */
  private void pauseBeforeRestart(long start, Throwable cause) {
    try {
      if (shutdown) {
        return;
      }
      if (System.nanoTime() - start > RECOVERED_NANOS) {
        waitMillis = MIN_WAIT_MILLIS;
      }
      if (waitMillis == MIN_WAIT_MILLIS) {
        LOG.error("thread {} failed; restarting its work", thread.getName(), cause);
      }
      // An interrupt without a shutdown ends the work and not the thread.
      Thread.interrupted();
      TimeUnit.MILLISECONDS.sleep(waitMillis);
    } catch (Throwable suppressed) {
      Thread.yield();
    } finally {
      waitMillis = Math.min(MAX_WAIT_MILLIS, waitMillis * 2);
    }
  }
}
