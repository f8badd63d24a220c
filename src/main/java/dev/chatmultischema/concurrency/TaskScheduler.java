package dev.chatmultischema.concurrency;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes tasks, at once or after a delay, on long-lived threads of its own; tasks that are due at
 * the same time run in the order of their submission.
 *
 * <p>A task that throws anything, an {@link Error} too, runs again after 100 ms, and after twice
 * the delay each further time, up to 5 s, until it returns. A {@link
 * java.util.concurrent.ScheduledExecutorService} would drop it, together with all that the task
 * would have scheduled next. So each task must be repeatable. After shutdown, tasks are dropped.
 */
public final class TaskScheduler implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(TaskScheduler.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final long MIN_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MAX_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final DelayQueue<Task> queue = new DelayQueue<>();
  private final AtomicLong submitted = new AtomicLong();
  private final String name;
  private final List<LongLivedThread> threads;
  private volatile boolean shutdown;

  /** Creates a scheduler with one thread of this name. */
  public TaskScheduler(String name) {
    this.name = name;
    threads = List.of(new LongLivedThread(name, this::work));
  }

  /** Creates a scheduler whose threads are named with a number, as in {@code name-0}. */
  public TaskScheduler(String name, int threadCount) {
    this.name = name;
    threads =
        IntStream.range(0, threadCount)
            .mapToObj(i -> new LongLivedThread(name + "-" + i, this::work))
            .toList();
  }

  /** Runs a task as soon as a thread is idle. */
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  /** Runs a task after a delay. */
  public void schedule(Duration delay, Runnable task) {
    add(new Task(task, delay.toNanos(), Task.ONCE));
  }

  /** Runs a task periodically, with a delay between the end of one run and the next start. */
  public void scheduleWithFixedDelay(Duration initialDelay, Duration delay, Runnable task) {
    add(new Task(task, initialDelay.toNanos(), delay.toNanos()));
  }

  private void add(Task task) {
    if (!shutdown) {
      queue.add(task);
    }
  }

  private void work() throws InterruptedException {
    while (!shutdown) {
      queue.take().run();
    }
  }

  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public void start() {
    threads.forEach(LongLivedThread::start);
  }

  /** Interrupts the running tasks, drops the others, and waits up to 5 s for the running ones. */
  @Override
  public void stop() throws InterruptedException {
    if (!stop(STOP_TIMEOUT)) {
      LOG.warn("a task of {} is still running {} after its interrupt", name, STOP_TIMEOUT);
    }
  }

  /**
   * Interrupts the running tasks, drops the others, and waits for the running ones.
   *
   * @return false if a task is still running when the timeout expires
   */
  public boolean stop(Duration timeout) throws InterruptedException {
    // First: a thread whose work returns before it is shut down is reported as failed.
    threads.forEach(LongLivedThread::shutdown);
    shutdown = true;
    threads.forEach(LongLivedThread::shutdownNow);
    queue.clear();
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean terminated = true;
    for (var thread : threads) {
      terminated &= thread.awaitTermination(Duration.ofNanos(deadline - System.nanoTime()));
    }
    return terminated;
  }

  /** A task and its due time; a retry queues the same object, since there may be no memory. */
  private final class Task implements Delayed {

    static final long ONCE = -1;

    private final Runnable runnable;
    private final long sequence = submitted.getAndIncrement();
    private final long delayNanos;
    private long dueNanos;
    private long retryNanos = MIN_RETRY_NANOS;

    /**
     * @param delayNanos the time from one run to the next, or {@link #ONCE}
     */
    Task(Runnable runnable, long initialDelayNanos, long delayNanos) {
      this.runnable = runnable;
      this.dueNanos = System.nanoTime() + initialDelayNanos;
      this.delayNanos = delayNanos;
    }

    void run() {
      try {
        runnable.run();
      } catch (Throwable e) {
        retry(e);
        return;
      }
      retryNanos = MIN_RETRY_NANOS;
      if (delayNanos != ONCE) {
        addAgain(delayNanos);
      }
    }

    private void retry(Throwable cause) {
      boolean first = retryNanos == MIN_RETRY_NANOS;
      long delay = retryNanos;
      retryNanos = Math.min(MAX_RETRY_NANOS, 2 * retryNanos);
      // The first call, since the later ones may fail.
      addAgain(delay);
      if (first && !shutdown) {
        LOG.error("a task of {} failed; retrying until it succeeds", name, cause);
      }
    }

    private void addAgain(long nanos) {
      dueNanos = System.nanoTime() + nanos;
      add(this);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      var task = (Task) other;
      long difference = dueNanos - task.dueNanos;
      return difference == 0 ? Long.compare(sequence, task.sequence) : Long.signum(difference);
    }
  }
}
