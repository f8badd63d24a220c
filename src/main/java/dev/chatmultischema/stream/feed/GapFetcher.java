package dev.chatmultischema.stream.feed;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the messages that a feed has missed from PostgreSQL, page by page, until none is left; at
 * most one read of a feed is under way.
 */
final class GapFetcher {

  private static final Logger LOG = LoggerFactory.getLogger(GapFetcher.class);

  /** Workers broadcast in any order after commits in order: most gaps close within this time. */
  private static final Duration GRACE = Duration.ofMillis(20);

  private static final Duration RETRY = Duration.ofMillis(250);

  private final TenantId tenant;
  private final int epoch;
  private final FeedResources resources;
  private final MessageSequencer sequencer;
  private final GapTracker gaps;
  private final Runnable onFetched;
  private final PageSizeEstimator pageSize =
      new PageSizeEstimator(PageSizeEstimator.FEED_PAGE_BYTES);

  private boolean isCheckScheduled;
  private boolean isFetching;
  private boolean isFetchRequested;
  private volatile boolean isClosed;

  /**
   * @param onFetched is called after each page
   */
  GapFetcher(
      TenantId tenant,
      int epoch,
      FeedResources resources,
      MessageSequencer sequencer,
      GapTracker gaps,
      Runnable onFetched) {
    this.tenant = tenant;
    this.epoch = epoch;
    this.resources = resources;
    this.sequencer = sequencer;
    this.gaps = gaps;
    this.onFetched = onFetched;
  }

  /** Drops all reads that have not begun. */
  void close() {
    isClosed = true;
  }

  /** Fetches after a short time if a broadcast is still early then. */
  synchronized void checkGapLater() {
    if (!isCheckScheduled && !isFetching) {
      // Set only after scheduling, which may fail: a set flag would prevent all later checks.
      schedule(this::checkGap, GRACE);
      isCheckScheduled = true;
    }
  }

  private void checkGap() {
    synchronized (this) {
      isCheckScheduled = false;
    }
    if (sequencer.hasEarly()) {
      fetch();
    }
  }

  /** Reads all messages above the head, on another thread. */
  synchronized void fetch() {
    if (isFetching) {
      isFetchRequested = true;
    } else {
      schedule(this::fetchPage, Duration.ZERO);
      isFetching = true;
    }
  }

  /**
   * Reads one page, and schedules itself if there may be more. It may be repeated at any time, as
   * it is after an {@link Error}.
   */
  private void fetchPage() {
    int gapMark = gaps.mark();
    synchronized (this) {
      isFetchRequested = false;
    }
    // All of these were committed before the reads that follow, which find them.
    sequencer.dropEarly();
    try {
      var page = resources.history().after(tenant, sequencer.head(), pageSize.rows());
      if (page.stream().anyMatch(message -> message.epoch() != epoch)) {
        // HeadPoller closes this feed; until then, the gap stays open.
        schedule(this::fetchPage, RETRY);
        return;
      }
      boolean hasMore = append(page, pageSize.rows());
      if (!hasMore) {
        gaps.close(gapMark);
      }
      finishPage(hasMore);
    } catch (RuntimeException e) {
      if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
        LOG.error(
            "could not read messages of tenant {} for its streams; retrying in {} ms",
            tenant,
            RETRY.toMillis(),
            e);
      }
      schedule(this::fetchPage, RETRY);
    }
    onFetched.run();
  }

  /** Appends a page; returns whether messages may follow it. */
  private boolean append(List<Message> messages, int limit) {
    long bytes = 0;
    for (var message : messages) {
      var json = resources.encoder().json(message);
      bytes += json.length;
      sequencer.append(message.seq(), json);
    }
    pageSize.update(messages.size(), bytes);
    // A page that the history cuts for its size has at least that size as JSON.
    return messages.size() == limit || bytes >= PageSizeEstimator.FEED_PAGE_BYTES;
  }

  private synchronized void finishPage(boolean hasMore) {
    sequencer.appendEarly();
    if (hasMore || isFetchRequested) {
      schedule(this::fetchPage, Duration.ZERO);
    } else {
      // Cleared before the check: a broadcast that arrives from now on schedules its own check.
      isFetching = false;
      if (sequencer.hasEarly()) {
        checkGapLater();
      }
    }
  }

  private void schedule(Runnable task, Duration delay) {
    if (!isClosed) {
      resources.fetchers().schedule(delay, task);
    }
  }
}
