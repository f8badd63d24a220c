package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.stream.feed.Feed;
import dev.chatmultischema.stream.feed.FrameSlice;
import dev.chatmultischema.stream.feed.PageSizeEstimator;
import java.util.Optional;

/**
 * Reads the frames that follow one subscriber's position: from the feed's log, or by a {@link
 * Replay} where the log has evicted them. All methods except {@link #position} run on the
 * subscriber's event loop.
 */
final class FeedReader {

  private final Feed feed;
  private final Replay replay;
  private final SlowConsumerPolicy policy;
  private volatile long position;
  private FrameSlice next;
  private boolean isReplaying;

  FeedReader(Feed feed, long position, Replay replay, SlowConsumerPolicy policy) {
    this.feed = feed;
    this.position = position;
    this.replay = replay;
    this.policy = policy;
  }

  Feed feed() {
    return feed;
  }

  PageSizeEstimator pageSize() {
    return replay.pageSize();
  }

  /** Returns the {@code seq} of the last event returned by {@link #next}; on any thread. */
  long position() {
    return position;
  }

  /** Returns whether the position was not in the log at the last {@link #prepareNext}. */
  boolean isReplaying() {
    return isReplaying;
  }

  boolean isEvicted() {
    return feed.hasEvicted(position);
  }

  boolean isAtHead() {
    return position >= feed.head();
  }

  /**
   * Finds the frames for {@link #next}; returns false if there are none yet. A page of history is
   * then requested for the subscriber if one is needed.
   */
  boolean prepareNext(Subscriber subscriber) {
    if (next != null) {
      return true;
    }
    isReplaying = isEvicted();
    if (isReplaying) {
      next = replay.next(subscriber).orElse(null);
    } else {
      policy.recordInLog();
      next = feed.after(position).orElse(null);
    }
    return next != null;
  }

  /** Returns the prepared frames, and moves the position behind them. */
  FrameSlice next() {
    var frames = next;
    next = null;
    position = frames.lastSeq();
    return frames;
  }

  /**
   * Receives the page that was requested at a position; empty if no message follows, or if the
   * database is unavailable.
   */
  void offer(long requestedPosition, Optional<FrameSlice> page) {
    replay.recordResponse(page.isPresent());
    // The page may have been found in the cache meanwhile, and even been written.
    if (requestedPosition == position && next == null) {
      next = page.orElse(null);
    }
  }
}
