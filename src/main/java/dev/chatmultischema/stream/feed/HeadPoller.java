package dev.chatmultischema.stream.feed;

import com.google.common.collect.Iterables;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.message.Position;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the heads of many tenants from PostgreSQL in one query: at each poll for feeds that may
 * have a gap, and every second for all feeds, since no gap shows that the latest broadcast of a
 * feed was lost.
 */
public final class HeadPoller {

  private static final Logger LOG = LoggerFactory.getLogger(HeadPoller.class);
  private static final long POLL_ALL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_TENANTS = 5_000;

  private final HeadReader heads;
  private final FeedRegistry feeds;
  private final Listener listener;
  private final OutageLog outage =
      new OutageLog(
          LOG, "could not read stream heads", "retrying in 250 ms", "reading stream heads again");
  private long nextPollOfAll = System.nanoTime();

  /** Is notified of feeds whose streams must end. */
  public interface Listener {

    /** Reports that a feed's tenant was deleted. */
    void onTenantDeleted(Feed feed);

    /**
     * Reports that PostgreSQL has lost messages of a feed, or begun another epoch.
     *
     * @param head the tenant's head in PostgreSQL
     */
    void onSetBack(Feed feed, Position head);
  }

  private record Before(long head, int gapMark) {}

  public HeadPoller(HeadReader heads, FeedRegistry feeds, Listener listener) {
    this.heads = heads;
    this.feeds = feeds;
    this.listener = listener;
  }

  /** Polls once; to be called every 250 ms, by one thread. */
  public void poll() {
    long now = System.nanoTime();
    if (now - nextPollOfAll >= 0) {
      nextPollOfAll = now + POLL_ALL_NANOS;
      feeds.sweep();
      poll(feeds.all());
    } else {
      poll(feeds.all().stream().filter(Feed::mayHaveGap).toList());
    }
  }

  private void poll(List<Feed> polled) {
    try {
      Iterables.partition(polled, MAX_TENANTS).forEach(this::pollBatch);
      if (!polled.isEmpty()) {
        outage.up();
      }
    } catch (JdbiException e) {
      outage.down(e);
    } catch (RuntimeException e) {
      LOG.error("could not read the heads of {} streams; retrying in 250 ms", polled.size(), e);
    }
  }

  private void pollBatch(List<Feed> polled) {
    var before = new HashMap<Feed, Before>();
    polled.forEach(feed -> before.put(feed, new Before(feed.head(), feed.gapMark())));
    var found = heads.heads(polled.stream().map(Feed::tenant).toList());
    for (var feed : polled) {
      var bounds = found.get(feed.tenant());
      if (bounds == null) {
        listener.onTenantDeleted(feed);
        continue;
      }
      var head = bounds.head();
      if (head.epoch() != feed.epoch() || head.seq() < before.get(feed).head()) {
        listener.onSetBack(feed, head);
      } else {
        feed.observeHead(head.seq(), before.get(feed).gapMark());
      }
    }
  }
}
