package dev.chatmultischema.stream.feed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Reads pages of stored messages as frames, and caches the latest: clients that reconnect together
 * replay from the same position.
 */
public final class HistoryPages {

  /**
   * Every page ends at a multiple of this at the latest, so that later pages of replays are shared.
   */
  private static final int GRID = 512;

  private static final int PAGE_OVERHEAD = 256;

  private final MessageHistory history;
  private final FrameEncoder encoder;
  private final Cache<Key, FrameSlice> cache;

  /** The start of a page. With the feed in it, a discarded feed's pages are never found again. */
  private record Key(Feed feed, long position) {}

  public HistoryPages(MessageHistory history, FrameEncoder encoder, long maxCachedBytes) {
    this.history = history;
    this.encoder = encoder;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(maxCachedBytes)
            .<Key, FrameSlice>weigher((key, page) -> PAGE_OVERHEAD + page.bytes().length)
            .build();
  }

  /** Reports that messages which would have been read next were deleted. */
  public static final class MessagesDeleted extends Exception {

    private static final long serialVersionUID = 1;

    MessagesDeleted(long position) {
      super("messages after " + position + " were deleted");
    }
  }

  /** Returns the page after a position if it is cached; does not block. */
  public Optional<FrameSlice> cached(Feed feed, long position) {
    return Optional.ofNullable(cache.getIfPresent(new Key(feed, position)));
  }

  /**
   * Returns the page after a position, from the cache or the history; empty if no message follows.
   *
   * @param size the estimate of the subscriber that the page is for
   * @throws MessagesDeleted if messages that follow the position were deleted
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  public Optional<FrameSlice> read(Feed feed, long position, PageSizeEstimator size)
      throws MessagesDeleted {
    var key = new Key(feed, position);
    var cached = cache.getIfPresent(key);
    if (cached != null) {
      return Optional.of(cached);
    }
    // Two threads may read the same page: waiting for each other might take longer.
    var read = query(key, size);
    read.ifPresent(page -> cache.put(key, page));
    return read;
  }

  private Optional<FrameSlice> query(Key key, PageSizeEstimator size) throws MessagesDeleted {
    long toNextGrid = GRID - key.position() % GRID;
    int limit = (int) Math.min(size.rows(), toNextGrid);
    long head = key.feed().head();
    var messages = history.after(key.feed().tenant(), key.position(), limit);
    int epoch = key.feed().epoch();
    if (messages.stream().anyMatch(message -> message.epoch() != epoch)) {
      // HeadPoller closes this feed.
      return Optional.empty();
    }
    long next = messages.isEmpty() ? head + 1 : messages.get(0).seq();
    if (next > key.position() + 1) {
      throw new MessagesDeleted(key.position());
    }
    var page = new ByteArrayOutputStream(PageSizeEstimator.REPLAY_PAGE_BYTES);
    long last = key.position();
    int events = 0;
    for (var message : messages) {
      var json = encoder.json(message);
      if (events > 0 && page.size() + json.length > PageSizeEstimator.REPLAY_PAGE_BYTES) {
        break;
      }
      var frame = new byte[FrameEncoder.length(epoch, message.seq(), json.length)];
      FrameEncoder.write(frame, 0, epoch, message.seq(), json, 0, json.length);
      page.writeBytes(frame);
      last = message.seq();
      events++;
    }
    size.update(events, page.size());
    return events == 0
        ? Optional.empty()
        : Optional.of(new FrameSlice(page.toByteArray(), 0, page.size(), last, events));
  }
}
