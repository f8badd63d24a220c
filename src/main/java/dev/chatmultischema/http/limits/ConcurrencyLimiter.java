package dev.chatmultischema.http.limits;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Limits the threads that requests may block, so that some threads remain for requests that never
 * block. A request without a permit waits in a bounded queue, without a thread.
 *
 * <p>Jetty's {@code QoSHandler} holds a permit until the client has read the response, so that a
 * slow client would keep it.
 */
public final class ConcurrencyLimiter {

  private final int maxWaiting;
  private final Duration maxWait;
  private final AtomicInteger permits;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Queue<Waiter> queue = new ConcurrentLinkedQueue<>();

  /**
   * Creates a limiter with all permits free.
   *
   * @param permits the number of requests that may run at once
   * @param maxWaiting the number of requests that may wait; further ones are refused
   * @param maxWait the time after which a waiting request is refused
   */
  public ConcurrencyLimiter(int permits, int maxWaiting, Duration maxWait) {
    this.permits = new AtomicInteger(permits);
    this.maxWaiting = maxWaiting;
    this.maxWait = maxWait;
  }

  /** The work of a request. Its methods must not throw. */
  public interface Work {

    /** Runs with a permit, which is released when this method returns. May block. */
    void run();

    /** Runs if the queue is full, or no permit was free in time. Must not block. */
    void refuse();
  }

  /** Runs the work on this thread if a permit is free, else later on a thread of the connector. */
  public void execute(Request request, Work work) {
    if (queue.isEmpty() && tryAcquire()) {
      runAndRelease(work);
      return;
    }
    if (waiting.incrementAndGet() > maxWaiting) {
      waiting.decrementAndGet();
      work.refuse();
      return;
    }
    var waiter = new Waiter(request, work);
    queue.add(waiter);
    waiter.startTimeout();
    // A permit may have been released before the waiter was in the queue.
    startWaiters();
  }

  private boolean tryAcquire() {
    int available = permits.get();
    while (available > 0) {
      if (permits.compareAndSet(available, available - 1)) {
        return true;
      }
      available = permits.get();
    }
    return false;
  }

  private void runAndRelease(Work work) {
    try {
      work.run();
    } finally {
      permits.incrementAndGet();
      startWaiters();
    }
  }

  private void startWaiters() {
    while (!queue.isEmpty() && tryAcquire()) {
      var waiter = queue.poll();
      if (waiter == null || !waiter.claim()) {
        permits.incrementAndGet();
      } else {
        waiter.start();
      }
    }
  }

  private final class Waiter {

    private final Request request;
    private final Work work;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile Scheduler.Task timeout = () -> true;

    Waiter(Request request, Work work) {
      this.request = request;
      this.work = work;
    }

    void startTimeout() {
      timeout =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::expire, maxWait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean claim() {
      boolean mine = claimed.compareAndSet(false, true);
      if (mine) {
        waiting.decrementAndGet();
      }
      return mine;
    }

    private void start() {
      timeout.cancel();
      request
          .getConnectionMetaData()
          .getConnector()
          .getExecutor()
          .execute(() -> runAndRelease(work));
    }

    private void expire() {
      if (claim()) {
        queue.remove(this);
        work.refuse();
      }
    }
  }
}
