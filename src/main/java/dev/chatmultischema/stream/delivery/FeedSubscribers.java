package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.stream.feed.Feed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The subscribers of one feed that one event loop serves. All methods except {@link #onFrames} run
 * on that loop.
 *
 * <p>After a round in which every subscriber received all frames, the next round waits for twice
 * the duration of this one, at most 10 ms: frames that arrive meanwhile share the next write to
 * each subscriber. So a few subscribers receive frames at once, and many do not occupy a processor
 * with writes of single frames.
 */
final class FeedSubscribers implements Feed.Listener, Runnable {

  /** The number of subscribers that are served before other feeds of the loop. */
  private static final int BATCH = 128;

  private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final EventLoop loop;
  private final AtomicBoolean isRoundRequested = new AtomicBoolean();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private int next;
  private boolean hasMore;
  private long roundNanos;
  private long pauseUntil = System.nanoTime();

  FeedSubscribers(EventLoop loop) {
    this.loop = loop;
  }

  boolean isEmpty() {
    return subscribers.isEmpty();
  }

  void add(Subscriber subscriber) {
    subscribers.add(subscriber);
  }

  void remove(Subscriber subscriber) {
    int index = subscribers.indexOf(subscriber);
    if (index >= 0) {
      // The last subscriber moves to the free place. A round under way may miss it there, so
      // another round follows.
      subscribers.set(index, subscribers.get(subscribers.size() - 1));
      subscribers.remove(subscribers.size() - 1);
      hasMore = true;
    }
  }

  /** Requests a round; any number of requests before it begins have one effect. */
  @Override
  public void onFrames() {
    if (isRoundRequested.compareAndSet(false, true)) {
      loop.execute(this);
    }
  }

  /** Serves the next batch of the round under way, or begins a round. */
  @Override
  public void run() {
    long now = System.nanoTime();
    if (next > 0) {
      serveBatch(now);
    } else if (now - pauseUntil < 0) {
      loop.executeAt(pauseUntil, this);
    } else {
      // Frames appended before this line are seen in this round; later ones request another.
      isRoundRequested.set(false);
      hasMore = false;
      roundNanos = 0;
      serveBatch(now);
    }
  }

  private void serveBatch(long started) {
    int end = Math.min(subscribers.size(), next + BATCH);
    while (next < end && next < subscribers.size()) {
      // Two statements: a subscriber that closes in advance() sets hasMore as well.
      boolean subscriberHasMore = subscribers.get(next++).advance();
      hasMore |= subscriberHasMore;
    }
    long now = System.nanoTime();
    roundNanos += now - started;
    if (next < subscribers.size()) {
      loop.execute(this);
      return;
    }
    next = 0;
    if (hasMore) {
      onFrames();
    } else {
      pauseUntil = now + Math.min(MAX_PAUSE_NANOS, 2 * roundNanos);
    }
  }
}
