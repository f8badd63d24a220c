package dev.chatmultischema.stream;

import com.google.common.collect.Iterables;
import dev.chatmultischema.tenant.TenantId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final long ALL_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final int MAX_TENANTS = 5_000;

  private final StreamDao dao;
  private final Feeds feeds;
  private final BiConsumer<TenantId, Ending> endTenant;
  private long nextOfAll = System.nanoTime();
  private boolean away;

  private record Before(long head, int doubts) {}

  /**
   * @param endTenant ends all streams of a tenant
   */
  HeadPoller(StreamDao dao, Feeds feeds, BiConsumer<TenantId, Ending> endTenant) {
    this.dao = dao;
    this.feeds = feeds;
    this.endTenant = endTenant;
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
      if (away && !asked.isEmpty()) {
        away = false;
        LOG.info("PostgreSQL tells the heads of streams again");
      }
    } catch (JdbiException e) {
      if (!away) {
        away = true;
        LOG.warn("PostgreSQL does not tell the heads of streams: {}", e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("asking for the heads of {} streams failed", asked.size(), e);
    }
  }

  private void pollSome(List<Feed> asked) {
    var before = new HashMap<Feed, Before>();
    asked.forEach(feed -> before.put(feed, new Before(feed.log().head(), feed.doubts())));
    Map<TenantId, Long> heads = new HashMap<>();
    dao.heads(StreamDao.array(asked.stream().map(feed -> feed.tenant().value()).toList()))
        .forEach(head -> heads.put(head.tenantId(), head.headSeq()));
    for (var feed : asked) {
      var head = heads.get(feed.tenant());
      if (head == null) {
        endTenant.accept(feed.tenant(), Ending.FORBIDDEN);
      } else if (head < before.get(feed).head()) {
        LOG.warn(
            "tenant {} has {} messages, streams saw {}: they are ended",
            feed.tenant(),
            head,
            before.get(feed).head());
        endTenant.accept(feed.tenant(), Ending.REGRESSED);
      } else {
        feed.observe(head, before.get(feed).doubts());
      }
    }
  }
}
