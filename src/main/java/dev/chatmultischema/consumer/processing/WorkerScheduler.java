package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.concurrency.TaskScheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/**
 * Shares a bounded number of threads fairly between all tenants of this node.
 *
 * <p>A tenant with deliveries is in the ready queue once; a step processes one batch, and a tenant
 * may occupy at most half of the threads. So a tenant with many messages does not delay a tenant
 * with few.
 */
public final class WorkerScheduler {

  /** A tenant in the ready queue. */
  interface Task {
    /** Processes one batch at most. A step that throws is run again, so it must be repeatable. */
    void runStep();
  }

  private final int threads;
  private final BlockingQueue<Task> readyQueue = new LinkedBlockingQueue<>();
  private final List<LongLivedThread> workers;
  private final TaskScheduler pauses = new TaskScheduler("consumer-pauses");

  /**
   * @param threads the number of threads that all tenants share
   */
  public WorkerScheduler(int threads) {
    this.threads = threads;
    workers =
        IntStream.range(0, threads)
            .mapToObj(i -> new LongLivedThread("consumer-worker-" + i, new Worker()::run))
            .toList();
  }

  void start() {
    workers.forEach(LongLivedThread::start);
    pauses.start();
  }

  /**
   * Runs the steps of tasks; after one that threw anything, its thread calls {@link #run} again.
   */
  private final class Worker {
    /** The task whose step runs, kept until the step has returned: after a throw, it runs again. */
    private Task current;

    void run() throws InterruptedException {
      while (true) {
        if (current == null) {
          current = readyQueue.take();
        }
        current.runStep();
        current = null;
      }
    }
  }

  /** Returns the largest number of threads that one tenant may occupy. */
  int maxThreadsPerTenant() {
    return Math.max(1, threads / 2);
  }

  /** Adds a task to the end of the ready queue; it must not be in the queue. */
  void enqueue(Task task) {
    readyQueue.add(task);
  }

  /** Runs an action after a pause. */
  void schedule(Duration pause, Runnable action) {
    pauses.schedule(pause, action);
  }

  void stop() throws InterruptedException {
    workers.forEach(LongLivedThread::shutdownNow);
    pauses.stop();
  }
}
