package dev.chatmultischema.stream;

import com.google.common.collect.Iterables;
import dev.chatmultischema.logging.OutageLog;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks PostgreSQL for the heads of many tenants in one query: often of those that Redis does not
 * tell about, now and then of all, since nothing shows that the last message was lost.
 */
final class HeadPoller {

  private static final Logger LOG = LoggerFactory.getLogger(HeadPoller.class);
  private static final long ALL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_TENANTS = 5_000;

  private final Heads heads;
  private final Feeds feeds;
  private final BiConsumer<Feed, Ending> endFeed;
  private long nextOfAll = System.nanoTime();
  private final OutageLog outage =
      new OutageLog(
          LOG, "could not read stream heads", "retrying in 250 ms", "reading stream heads again");

  private record Before(long head, int doubts) {}

  /**
   * @param endFeed ends all streams of a feed, and the feed
   */
  HeadPoller(Heads heads, Feeds feeds, BiConsumer<Feed, Ending> endFeed) {
    this.heads = heads;
    this.feeds = feeds;
    this.endFeed = endFeed;
  }

  /** To be called often, by one thread. */
  void poll() {
    long now = System.nanoTime();
    if (now - nextOfAll >= 0) {
      nextOfAll = now + ALL_NANOS;
      feeds.sweep();
      poll(feeds.all());
    } else {
      poll(feeds.all().stream().filter(Feed::doubtful).toList());
    }
  }

  private void poll(List<Feed> asked) {
    try {
      Iterables.partition(asked, MAX_TENANTS).forEach(this::pollSome);
      if (!asked.isEmpty()) {
        outage.up();
      }
    } catch (JdbiException e) {
      outage.down(e);
    } catch (RuntimeException e) {
      LOG.error("asking for the heads of {} streams failed", asked.size(), e);
    }
  }

  private void pollSome(List<Feed> asked) {
    var before = new HashMap<Feed, Before>();
    asked.forEach(feed -> before.put(feed, new Before(feed.head(), feed.doubts())));
    var found = heads.of(asked.stream().map(Feed::tenant).toList());
    for (var feed : asked) {
      var head = found.get(feed.tenant());
      if (head == null) {
        endFeed.accept(feed, Ending.FORBIDDEN);
      } else if (head < before.get(feed).head()) {
        endFeed.accept(feed, Ending.REGRESSED);
      } else {
        feed.observe(head, before.get(feed).doubts());
      }
    }
  }
}
