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
 * Runs tasks after a delay on long-lived threads of its own; tasks of the same time run in the
 * order in which they were given.
 *
 * <p>A task that throws anything, an {@link Error} too, is run again after 100 ms, and after twice
 * as long each further time, up to 5 s, until it returns. A scheduled executor would drop it, with
 * all that it was to schedule next. So a task must be one that may be repeated. After the stop,
 * tasks are dropped.
 */
public final class TaskScheduler implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(TaskScheduler.class);
  private static final Duration STOPS = Duration.ofSeconds(5);
  private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final DelayQueue<Task> queue = new DelayQueue<>();
  private final AtomicLong given = new AtomicLong();
  private final String name;
  private final List<LongLivedThread> threads;
  private volatile boolean stopped;

  /** Runs one task at a time, on a thread of this name. */
  public TaskScheduler(String name) {
    this.name = name;
    threads = List.of(new LongLivedThread(name, this::work));
  }

  /** Runs so many tasks at a time, on threads with the name and a number, as in {@code name-0}. */
  public TaskScheduler(String name, int number) {
    this.name = name;
    threads =
        IntStream.range(0, number)
            .mapToObj(i -> new LongLivedThread(name + "-" + i, this::work))
            .toList();
  }

  /** Runs a task as soon as a thread is free. */
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  /** Runs a task after a delay. */
  public void schedule(Duration delay, Runnable task) {
    add(new Task(task, delay.toNanos(), -1));
  }

  /** Runs a task after a delay, and again each time so long after it has returned. */
  public void scheduleWithFixedDelay(Duration delay, Duration wait, Runnable task) {
    add(new Task(task, delay.toNanos(), wait.toNanos()));
  }

  private void add(Task task) {
    if (!stopped) {
      queue.add(task);
    }
  }

  private void work() throws InterruptedException {
    while (!stopped) {
      queue.take().run();
    }
  }

  public boolean isShutdown() {
    return stopped;
  }

  @Override
  public void start() {
    threads.forEach(LongLivedThread::start);
  }

  /** Interrupts the tasks that run, drops the others, and waits up to 5 s for the former. */
  @Override
  public void stop() throws InterruptedException {
    // First, or a thread that ends since it is stopped would be taken for one that failed.
    threads.forEach(LongLivedThread::shutdown);
    stopped = true;
    threads.forEach(LongLivedThread::shutdownNow);
    queue.clear();
    long deadline = System.nanoTime() + STOPS.toNanos();
    for (var thread : threads) {
      if (!thread.awaitTermination(Duration.ofNanos(deadline - System.nanoTime()))) {
        LOG.warn("a task of {} did not end within {}", name, STOPS);
      }
    }
  }

  /** A task and its time; the same object is queued again, since there may be no memory. */
  private final class Task implements Delayed {
    private final Runnable runnable;
    private final long place = given.getAndIncrement();
    private final long waitNanos;
    private long at;
    private long retryNanos = FIRST_RETRY_NANOS;

    /**
     * @param waitNanos the time from one run to the next, or negative if there is one run only
     */
    Task(Runnable runnable, long delayNanos, long waitNanos) {
      this.runnable = runnable;
      this.at = System.nanoTime() + delayNanos;
      this.waitNanos = waitNanos;
    }

    void run() {
      try {
        runnable.run();
      } catch (Throwable e) {
        failed(e);
        return;
      }
      retryNanos = FIRST_RETRY_NANOS;
      if (waitNanos >= 0) {
        queueAgain(waitNanos);
      }
    }

    private void failed(Throwable cause) {
      boolean first = retryNanos == FIRST_RETRY_NANOS;
      long retry = retryNanos;
      retryNanos = Math.min(LONGEST_RETRY_NANOS, 2 * retryNanos);
      // Before anything else that may fail.
      queueAgain(retry);
      if (first && !stopped) {
        LOG.error("a task of {} failed, it is run again", name, cause);
      }
    }

    private void queueAgain(long nanos) {
      at = System.nanoTime() + nanos;
      add(this);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      var task = (Task) other;
      long difference = at - task.at;
      return difference == 0 ? Long.compare(place, task.place) : Long.signum(difference);
    }
  }
}
