package dev.chatmultischema.stream;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.redis.RedisSubscriber;
import dev.chatmultischema.redis.Subscription;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one tenant's messages in order, from wherever they come, into a {@link FrameLog}.
 *
 * <p>Redis tells of most of them. One that comes too late or twice is dropped; one that comes too
 * early waits a moment for what is missing, which is then read from PostgreSQL. Since messages are
 * told only after their commit, all that is missing can be read by then.
 */
final class Feed implements RedisSubscriber.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  /** Lanes commit in order and tell in any order: most gaps close by themselves within this. */
  private static final long GAP_MILLIS = 20;

  private static final int MAX_EARLY = 256;

  /** What feeds share. */
  record Sources(
      History history, Frames frames, ScheduledExecutorService fetchers, long maxBytes) {}

  private final TenantId tenant;
  private final Sources sources;
  private final FrameLog log;
  private final List<Audience> audiences;
  private final PageSize pageSize = new PageSize(PageSize.SHARED_BYTES);
  private final TreeMap<Long, Payload> early = new TreeMap<>();

  private Subscription subscription;
  private boolean checkingGap;
  private boolean fetching;
  private boolean fetchAgain;
  private volatile boolean listening;

  // What was true before the last doubt arose does not settle it.
  private volatile int doubts = 1;
  private volatile int settled;

  Feed(TenantId tenant, long head, Sources sources, List<Audience> audiences) {
    this.tenant = tenant;
    this.sources = sources;
    this.log = new FrameLog(head, sources.maxBytes());
    this.audiences = audiences;
  }

  void listen(RedisSubscriber redis, String channel) {
    subscription = redis.subscribe(channel, this);
  }

  void close() {
    subscription.close();
  }

  TenantId tenant() {
    return tenant;
  }

  FrameLog log() {
    return log;
  }

  Audience audience(Pump pump) {
    return audiences.get(pump.index());
  }

  /** Whether only PostgreSQL can tell if there is more: Redis is not heard, or a read failed. */
  boolean doubtful() {
    return settled != doubts || !listening;
  }

  /** To be asked for before PostgreSQL is, and given to {@link #observe} with its answer. */
  int doubts() {
    return doubts;
  }

  private synchronized void doubt() {
    doubts++;
  }

  @Override
  public void onSubscribed() {
    // What was committed before this moment may have been missed.
    doubt();
    listening = true;
  }

  @Override
  public void onLost() {
    listening = false;
  }

  @Override
  public void onMessage(byte[] bytes) {
    var payload = Payload.parse(bytes);
    if (payload.isEmpty()) {
      LOG.warn("ignored {} bytes from Redis for tenant {}: not messages", bytes.length, tenant);
      return;
    }
    place(payload.get());
  }

  private void place(Payload payload) {
    synchronized (this) {
      long head = log.head();
      if (payload.lastSeq() <= head) {
        return;
      }
      if (payload.firstSeq() > head + 1) {
        if (early.size() < MAX_EARLY) {
          early.put(payload.firstSeq(), payload);
        }
        checkGapLater();
        return;
      }
      payload.appendTo(log);
      appendEarly();
    }
    wakeAudiences();
  }

  private void appendEarly() {
    while (!early.isEmpty() && early.firstKey() <= log.head() + 1) {
      early.pollFirstEntry().getValue().appendTo(log);
    }
  }

  private void checkGapLater() {
    if (!checkingGap && !fetching) {
      checkingGap = true;
      schedule(this::checkGap, GAP_MILLIS);
    }
  }

  private void checkGap() {
    synchronized (this) {
      checkingGap = false;
      if (early.isEmpty()) {
        return;
      }
    }
    fetch();
  }

  /** Reads what is missing up to a head that PostgreSQL told. */
  void reach(long head) {
    if (head > log.head()) {
      fetch();
    }
  }

  /** As {@link #reach}, and settles the doubts that there were before PostgreSQL was asked. */
  void observe(long head, int doubtsBefore) {
    if (head > log.head()) {
      fetch();
    } else {
      settled = doubtsBefore;
    }
  }

  private void fetch() {
    synchronized (this) {
      if (fetching) {
        fetchAgain = true;
        return;
      }
      fetching = true;
    }
    schedule(this::fetchNow, 0);
  }

  private void fetchNow() {
    boolean complete = false;
    try {
      do {
        int doubtsBefore = doubts;
        synchronized (this) {
          fetchAgain = false;
          // All of these were committed before the read that follows, which will find them.
          early.clear();
        }
        readOn();
        settled = doubtsBefore;
        synchronized (this) {
          complete = !fetchAgain;
        }
      } while (!complete);
    } catch (JdbiException e) {
      if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
        LOG.error("reading messages of tenant {} failed", tenant, e);
      } else if (!TenantPartitions.gone(e)) {
        LOG.debug("reading messages of tenant {} failed, tried again soon", tenant, e);
      }
    } finally {
      synchronized (this) {
        fetching = false;
        if (!complete) {
          doubt();
        }
        appendEarly();
        if (!early.isEmpty()) {
          checkGapLater();
        }
      }
      wakeAudiences();
    }
  }

  /** Reads page after page, until one is not full. */
  private void readOn() {
    boolean full;
    do {
      int limit = pageSize.rows();
      var rows = sources.history().after(tenant, log.head(), limit);
      long bytes = 0;
      for (var message : rows) {
        var json = sources.frames().json(message);
        bytes += json.length;
        synchronized (this) {
          if (message.seq() > log.head()) {
            log.append(message.seq(), json, 0, json.length);
          }
        }
      }
      pageSize.saw(rows.size(), bytes);
      full = rows.size() == limit;
      wakeAudiences();
    } while (full);
  }

  private void wakeAudiences() {
    audiences.forEach(Audience::wake);
  }

  private void schedule(Runnable task, long delayMillis) {
    try {
      var unused = sources.fetchers().schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("tenant {}: nothing is read any more, the service stops", tenant, e);
    }
  }
}
