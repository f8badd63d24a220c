package dev.chatmultischema.stream;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.redis.RedisSubscriber;
import dev.chatmultischema.redis.Subscription;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
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
  private static final Duration GAP = Duration.ofMillis(20);

  private static final Duration RETRY = Duration.ofMillis(250);

  /** How many messages are read for all; beyond it, some subscribers may not need them at all. */
  private static final long MAX_GAP = 5_000;

  private final TenantId tenant;
  private final Sources sources;
  private final FrameLog log;
  private final List<Audience> audiences;
  private final PageSize pageSize = new PageSize(PageSize.SHARED_BYTES);
  private final EarlyPayloads early = new EarlyPayloads();
  private final Doubts doubts = new Doubts();

  private Subscription subscription;
  private boolean warned;
  private boolean checkingGap;
  private boolean fetching;
  private boolean fetchAgain;
  private volatile boolean listening;
  private volatile boolean closed;

  Feed(TenantId tenant, long head, Sources sources, List<Audience> audiences) {
    this.tenant = tenant;
    this.sources = sources;
    this.log = new FrameLog(head, sources.maxBytes(), sources.budget());
    this.audiences = audiences;
  }

  void listen(RedisSubscriber redis, String channel) {
    subscription = redis.subscribe(channel, this);
  }

  void close() {
    closed = true;
    subscription.close();
    log.close();
  }

  /** Whether nothing comes any more. */
  boolean closed() {
    return closed;
  }

  TenantId tenant() {
    return tenant;
  }

  FrameLog log() {
    return log;
  }

  /** The {@code seq} of the latest event. */
  long head() {
    return log.head();
  }

  Audience audience(Pump pump) {
    return audiences.get(pump.index());
  }

  /** Whether only PostgreSQL can tell if there is more: Redis is not heard, or a read failed. */
  boolean doubtful() {
    return !listening || doubts.any();
  }

  /** What PostgreSQL may settle, to be asked before it is and given to {@link #observe}. */
  int doubts() {
    return doubts.present();
  }

  @Override
  public void onSubscribed() {
    // What was committed before this moment may have been missed.
    doubts.raise();
    listening = true;
  }

  @Override
  public void onLost() {
    listening = false;
  }

  @Override
  public void onMessage(byte[] bytes) {
    Payload.parse(bytes).ifPresentOrElse(this::place, () -> warn(bytes));
  }

  private void warn(byte[] bytes) {
    if (!warned) {
      warned = true;
      LOG.warn("ignored {} bytes from Redis for tenant {}: not messages", bytes.length, tenant);
    }
  }

  private void place(Payload payload) {
    synchronized (this) {
      long head = log.head();
      if (payload.lastSeq() <= head) {
        return;
      }
      if (payload.firstSeq() > head + 1) {
        early.add(payload);
        checkGapLater();
        return;
      }
      payload.appendTo(log);
      early.appendTo(log);
    }
    wakeAudiences();
  }

  private void checkGapLater() {
    if (!checkingGap && !fetching) {
      // Not before it is scheduled, or it would never be again if that fails.
      schedule(this::checkGap, GAP);
      checkingGap = true;
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

  /**
   * Reads what is missing up to a head that PostgreSQL told; where that is much, subscribers read
   * it themselves.
   */
  void reach(long head) {
    boolean far;
    synchronized (this) {
      far = head - log.head() > MAX_GAP;
      if (far) {
        log.skipTo(head);
      }
    }
    if (far) {
      wakeAudiences();
    } else if (head > log.head()) {
      fetch();
    }
  }

  /** As {@link #reach}, and settles the doubts that there were before PostgreSQL was asked. */
  void observe(long head, int doubtsBefore) {
    reach(head);
    if (head <= log.head()) {
      doubts.settle(doubtsBefore);
    }
  }

  private synchronized void fetch() {
    if (fetching) {
      fetchAgain = true;
    } else {
      schedule(this::fetchPage, Duration.ZERO);
      fetching = true;
    }
  }

  /**
   * Reads one page, and then waits for its next turn if that may not be all. It may be repeated at
   * any time, as it is after an {@link Error}.
   */
  private void fetchPage() {
    int doubtsBefore = doubts.present();
    synchronized (this) {
      fetchAgain = false;
      // All of these were committed before the reads that follow, which will find them.
      early.clear();
    }
    try {
      var more = readPage();
      if (!more) {
        doubts.settle(doubtsBefore);
      }
      fetched(more);
    } catch (RuntimeException e) {
      if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
        LOG.error("reading messages of tenant {} failed, tried again", tenant, e);
      }
      schedule(this::fetchPage, RETRY);
    }
    wakeAudiences();
  }

  private boolean readPage() {
    int limit = pageSize.rows();
    var rows = sources.history().after(tenant, log.head(), limit);
    long bytes = 0;
    for (var message : rows) {
      var json = sources.frames().json(message);
      bytes += json.length;
      synchronized (this) {
        // Redis may have brought it in the meantime.
        if (message.seq() > log.head()) {
          log.append(message.seq(), json, 0, json.length);
        }
      }
    }
    pageSize.saw(rows.size(), bytes);
    // A page that ends for its size has at least that size as events.
    return rows.size() == limit || bytes >= PageSize.SHARED_BYTES;
  }

  private synchronized void fetched(boolean more) {
    early.appendTo(log);
    if (more || fetchAgain) {
      schedule(this::fetchPage, Duration.ZERO);
    } else {
      fetching = false;
      if (!early.isEmpty()) {
        checkGapLater();
      }
    }
  }

  private void wakeAudiences() {
    audiences.forEach(Audience::wake);
  }

  private void schedule(Runnable task, Duration delay) {
    if (!closed) {
      sources.fetchers().schedule(delay, task);
    }
  }
}
