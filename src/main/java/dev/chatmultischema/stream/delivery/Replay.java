package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.stream.feed.FrameSlice;
import dev.chatmultischema.stream.feed.PageSizeEstimator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One subscriber's replay of stored messages: at most one page is requested at a time. All methods
 * run on the subscriber's event loop.
 */
final class Replay {

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final ReplayReader reader;
  private final PageSizeEstimator pageSize =
      new PageSizeEstimator(PageSizeEstimator.REPLAY_PAGE_BYTES);
  private boolean isRequested;
  private long nextRequest = System.nanoTime();

  Replay(ReplayReader reader) {
    this.reader = reader;
  }

  /** Returns the estimate that belongs to this replay; the thread that reads its page uses it. */
  PageSizeEstimator pageSize() {
    return pageSize;
  }

  /**
   * Returns the page after the subscriber's position if it is cached. Otherwise requests it; the
   * reader passes it to {@link Subscriber#offerPage}.
   */
  Optional<FrameSlice> next(Subscriber subscriber) {
    var cached = reader.cached(subscriber.feed(), subscriber.position());
    if (cached.isEmpty() && !isRequested && System.nanoTime() - nextRequest >= 0) {
      isRequested = true;
      reader.request(subscriber);
    }
    return cached;
  }

  /** Records the response to a request; after an empty one the next request waits for 250 ms. */
  void recordResponse(boolean hasPage) {
    isRequested = false;
    if (!hasPage) {
      nextRequest = System.nanoTime() + RETRY_NANOS;
    }
  }
}
