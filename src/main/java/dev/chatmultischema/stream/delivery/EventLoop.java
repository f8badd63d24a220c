package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.stream.feed.Feed;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs all tasks of its subscribers, so that they need no locks. No task may block.
 *
 * <p>Only {@link #execute}, {@link #start} and {@link #stop} may be called on other threads.
 */
final class EventLoop {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
  private static final int TICK_MILLIS = 100;
  private static final int PARTS = (int) SubscriberTimer.CHECK_MILLIS / TICK_MILLIS;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final int index;
  private final LongLivedThread thread;

  /** Holds a few tasks of each subscriber at most, and one of each {@link FeedSubscribers}. */
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>((one, other) -> Long.signum(one.time - other.time));

  /** The subscribers in parts, of which each tick serves one. */
  private final List<Set<Subscriber>> parts =
      Stream.generate(() -> (Set<Subscriber>) new HashSet<Subscriber>()).limit(PARTS).toList();

  /** Those subscribers that every tick serves. */
  private final Set<Subscriber> frequent = new HashSet<>();

  private int nextPart;
  private final Map<Feed, FeedSubscribers> byFeed = new HashMap<>();
  private boolean isClosed;
  private volatile boolean isStopped;

  private record Timer(long time, Runnable task) {}

  EventLoop(int index) {
    this.index = index;
    this.thread = new LongLivedThread("stream-event-loop-" + index, this::run);
  }

  void start() {
    thread.start();
  }

  void stop() throws InterruptedException {
    isStopped = true;
    thread.shutdown();
    if (!thread.awaitTermination(STOP_TIMEOUT)) {
      LOG.warn("event loop {} of streams did not stop within {}", index, STOP_TIMEOUT);
    }
  }

  /** Runs a task soon; any thread may call this. */
  void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs a task at a time in the scale of {@link System#nanoTime}. */
  void executeAt(long time, Runnable task) {
    timers.add(new Timer(time, task));
  }

  /** Serves a subscriber from now on; returns false if the loop has closed. */
  boolean add(Subscriber subscriber) {
    if (isClosed || !part(subscriber).add(subscriber)) {
      return false;
    }
    tickOften(subscriber);
    byFeed.computeIfAbsent(subscriber.feed(), this::listen).add(subscriber);
    return true;
  }

  private Set<Subscriber> part(Subscriber subscriber) {
    return parts.get(Math.floorMod(subscriber.hashCode(), PARTS));
  }

  /** Serves a subscriber at every tick, not once a second, for as long as it needs that. */
  void tickOften(Subscriber subscriber) {
    frequent.add(subscriber);
  }

  private FeedSubscribers listen(Feed feed) {
    var subscribersOfFeed = new FeedSubscribers(this);
    feed.addListener(subscribersOfFeed);
    return subscribersOfFeed;
  }

  void remove(Subscriber subscriber) {
    if (!part(subscriber).remove(subscriber)) {
      return;
    }
    frequent.remove(subscriber);
    var feed = subscriber.feed();
    var subscribersOfFeed = byFeed.get(feed);
    subscribersOfFeed.remove(subscriber);
    if (subscribersOfFeed.isEmpty()) {
      byFeed.remove(feed);
      feed.removeListener(subscribersOfFeed);
    }
  }

  /** Closes all subscribers because of the shutdown, and each one that is added later. */
  void close() {
    isClosed = true;
    // A copy, since subscribers that close remove themselves.
    parts.stream()
        .flatMap(Set::stream)
        .toList()
        .forEach(subscriber -> subscriber.close(CloseReason.SHUTDOWN));
  }

  private void tick(Subscriber subscriber, long now) {
    try {
      subscriber.tick(now);
      if (!subscriber.needsFrequentTicks()) {
        frequent.remove(subscriber);
      } else if (part(subscriber).contains(subscriber)) {
        frequent.add(subscriber);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("could not serve stream {}; closing it", subscriber, e);
      subscriber.close(CloseReason.INTERNAL_ERROR);
    }
  }

  private void run() throws InterruptedException {
    if (timers.isEmpty()) {
      executeAt(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), this::tick);
    }
    while (!isStopped) {
      try {
        var task = tasks.poll(timers.element().time - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        }
        while (timers.element().time - System.nanoTime() <= 0) {
          timers.remove().task.run();
        }
      } catch (RuntimeException | Error e) {
        LOG.error("a task of event loop {} of streams failed; going on with the next", index, e);
      }
    }
  }

  private void tick() {
    long now = System.nanoTime();
    executeAt(now + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), this::tick);
    // Thousands of idle subscribers cost a tick each second. Copies, since subscribers that close
    // remove themselves.
    List.copyOf(frequent).forEach(subscriber -> tick(subscriber, now));
    List.copyOf(parts.get(nextPart)).forEach(subscriber -> tick(subscriber, now));
    nextPart = (nextPart + 1) % PARTS;
  }
}
