package dev.chatmultischema.http.response;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.thread.Scheduler;

/** Detects that a client has read nothing of a response for a time, while bytes are queued. */
final class StallTimer {

  /** The progress of a response that has no bytes queued. */
  static final long IDLE = -1;

  private final Scheduler scheduler;
  private final Duration limit;
  private final LongSupplier progress;
  private final Runnable onStall;
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * @param progress a number that grows with each slice sent, or {@link #IDLE}
   * @param onStall runs once progress has not changed for the limit; must not block
   */
  StallTimer(Scheduler scheduler, Duration limit, LongSupplier progress, Runnable onStall) {
    this.scheduler = scheduler;
    this.limit = limit;
    this.progress = progress;
    this.onStall = onStall;
  }

  /** Starts the timer unless it is running or nothing is queued. */
  void start() {
    long before = progress.getAsLong();
    if (before != IDLE && running.compareAndSet(false, true)) {
      scheduler.schedule(() -> check(before), limit.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void check(long before) {
    running.set(false);
    // Bytes queued after the timer was started imply progress, since the queue was empty between.
    if (progress.getAsLong() == before) {
      onStall.run();
    } else {
      start();
    }
  }
}
