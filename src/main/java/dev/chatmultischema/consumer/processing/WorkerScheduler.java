package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.concurrency.TaskScheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares a bounded number of threads between all tenants of this node.
 *
 * <p>A tenant with something to do stands in the row once; its turn is one batch, and it may hold
 * at most half of the threads. So who floods the service waits, and who sends a message now and
 * then does not wait behind a flood.
 */
public final class WorkerScheduler {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerScheduler.class);

  /** Something that has turns. */
  interface Turns {
    /** Uses one turn. */
    void turn();
  }

  private final int threads;
  private final BlockingQueue<Turns> row = new LinkedBlockingQueue<>();
  private final List<LongLivedThread> workers;
  private final TaskScheduler pauses = new TaskScheduler("consumer-pauses");

  public WorkerScheduler(int threads) {
    this.threads = threads;
    workers =
        IntStream.range(0, threads)
            .mapToObj(i -> new LongLivedThread("consumer-worker-" + i, this::work))
            .toList();
  }

  public void start() {
    workers.forEach(LongLivedThread::start);
    pauses.start();
  }

  private void work() throws InterruptedException {
    while (true) {
      try {
        row.take().turn();
      } catch (RuntimeException e) {
        LOG.error("a lane failed unexpectedly", e);
      }
    }
  }

  /** At most so many lanes of one tenant run at once, whatever it asks for. */
  int share() {
    return Math.max(1, threads / 2);
  }

  /** Puts a tenant at the end of the row; it must not be in it. */
  void enqueue(Turns tenant) {
    row.add(tenant);
  }

  void after(Duration pause, Runnable then) {
    pauses.schedule(pause, then);
  }

  public void stop() throws InterruptedException {
    workers.forEach(LongLivedThread::shutdownNow);
    pauses.stop();
  }
}
