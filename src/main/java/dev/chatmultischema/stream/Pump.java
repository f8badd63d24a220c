package dev.chatmultischema.stream;

import dev.chatmultischema.concurrency.LongLivedThread;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that does everything for its subscribers, so that none needs a lock; nothing it runs may
 * block.
 */
final class Pump {

  private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Duration STOPS = Duration.ofSeconds(2);

  private final int index;
  private final LongLivedThread thread;

  /** Each subscriber has at most a few tasks in here at a time, each audience one. */
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  private final PriorityQueue<Later> later =
      new PriorityQueue<>((one, other) -> Long.signum(one.time - other.time));

  private final Set<Subscriber> subscribers = new HashSet<>();
  private boolean closed;
  private volatile boolean stopped;

  private record Later(long time, Runnable task) {}

  Pump(int index) {
    this.index = index;
    this.thread = new LongLivedThread("stream-pump-" + index, this::run);
  }

  int index() {
    return index;
  }

  void start() {
    thread.start();
  }

  void stop() throws InterruptedException {
    stopped = true;
    thread.shutdown();
    if (!thread.awaitTermination(STOPS)) {
      LOG.warn("stream pump {} did not end within {}", index, STOPS);
    }
  }

  void execute(Runnable task) {
    tasks.add(task);
  }

  /**
   * Has a task run at a time, given in the manner of {@link System#nanoTime}; for its own thread.
   */
  void executeAt(long time, Runnable task) {
    later.add(new Later(time, task));
  }

  /** Serves a subscriber from now on; false if the node stops. */
  boolean add(Subscriber subscriber) {
    return !closed && subscribers.add(subscriber);
  }

  void remove(Subscriber subscriber) {
    subscribers.remove(subscriber);
  }

  /** Ends all, and whoever comes later. */
  void close() {
    closed = true;
    // A copy, since those that end are removed on the way.
    List.copyOf(subscribers).forEach(subscriber -> subscriber.end(Ending.STOPPING));
  }

  private static void tick(Subscriber subscriber, long now) {
    try {
      subscriber.tick(now);
    } catch (RuntimeException | Error e) {
      LOG.error("stream failed: {}", subscriber, e);
      subscriber.end(Ending.GONE);
    }
  }

  private void run() throws InterruptedException {
    if (later.isEmpty()) {
      executeAt(System.nanoTime() + TICK_NANOS, this::tick);
    }
    while (!stopped) {
      try {
        var task = tasks.poll(later.element().time - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        }
        while (later.element().time - System.nanoTime() <= 0) {
          later.remove().task.run();
        }
      } catch (RuntimeException | Error e) {
        LOG.error("a task of stream pump {} failed", index, e);
      }
    }
  }

  private void tick() {
    long now = System.nanoTime();
    executeAt(now + TICK_NANOS, this::tick);
    // Thousands at rest cost a glance each; those that end are removed on the way.
    subscribers.stream()
        .filter(subscriber -> subscriber.due(now))
        .toList()
        .forEach(subscriber -> tick(subscriber, now));
  }
}
