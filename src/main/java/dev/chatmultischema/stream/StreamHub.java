package dev.chatmultischema.stream;

import dev.chatmultischema.database.DatabaseUnavailable;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.message.HistoryBounds;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.stream.access.StreamGrant;
import dev.chatmultischema.stream.access.StreamLimits;
import dev.chatmultischema.stream.access.StreamRefused;
import dev.chatmultischema.stream.delivery.CloseReason;
import dev.chatmultischema.stream.delivery.DeliveryContext;
import dev.chatmultischema.stream.delivery.EventLoopGroup;
import dev.chatmultischema.stream.delivery.ReplayReader;
import dev.chatmultischema.stream.delivery.StartPosition;
import dev.chatmultischema.stream.delivery.StreamConnection;
import dev.chatmultischema.stream.delivery.Subscriber;
import dev.chatmultischema.stream.feed.Feed;
import dev.chatmultischema.stream.feed.FeedRegistry;
import dev.chatmultischema.stream.feed.HeadPoller;
import dev.chatmultischema.stream.feed.HeadReader;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens streams, keeps the set of open streams, and closes them at shutdown. */
public final class StreamHub implements Managed, HeadPoller.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(StreamHub.class);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final HeadReader heads;
  private final Epochs epochs;
  private final FeedRegistry feeds;
  private final EventLoopGroup loops;
  private final ReplayReader replays;
  private final StreamLimits limits;
  private final ChatMetrics metrics;
  private final DeliveryContext context;
  private final Set<Subscriber> open = ConcurrentHashMap.newKeySet();
  private volatile boolean isShutdown;

  StreamHub(
      HeadReader heads,
      Epochs epochs,
      FeedRegistry feeds,
      EventLoopGroup loops,
      ReplayReader replays,
      StreamLimits limits,
      Duration heartbeat,
      Duration maxStall,
      ChatMetrics metrics) {
    this.heads = heads;
    this.epochs = epochs;
    this.feeds = feeds;
    this.loops = loops;
    this.replays = replays;
    this.limits = limits;
    this.metrics = metrics;
    this.context = new DeliveryContext(loops, replays, heartbeat, maxStall, this::onClosed);
  }

  /** Returns the open streams, as a live view. */
  Collection<Subscriber> open() {
    return open;
  }

  @Override
  public void start() {
    loops.start();
    replays.start();
  }

  /**
   * Opens a stream on the connection of a request.
   *
   * @param requested the position after which messages follow; empty for live messages only
   * @throws StreamRefused if the limit of the node is reached, or if the node shuts down
   * @throws dev.chatmultischema.limits.LimitExceeded if the limit of the user or of the tenant is
   *     reached
   * @throws TenantMissing if the tenant does not exist
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   * @throws IOException if the connection broke
   */
  public void open(StreamGrant grant, Optional<Position> requested, StreamResponse response)
      throws IOException {
    if (isShutdown) {
      throw StreamRefused.shutdown();
    }
    limits.acquire(grant);
    Feed feed = null;
    try {
      var history = history(grant.tenant());
      var head = history.head();
      feed = feeds.acquire(grant.tenant(), head);
      if (feed.epoch() != head.epoch()) {
        // The head was read, or the feed was opened, before an epoch began meanwhile.
        throw new DatabaseUnavailable("an epoch of the tenant began meanwhile");
      }
      feed.catchUpTo(head.seq());
      subscribe(grant, StartPosition.of(requested, history), feed, response);
    } catch (IOException | RuntimeException e) {
      if (feed != null) {
        feeds.release(feed);
      }
      limits.release(grant);
      throw e;
    }
  }

  /** Returns the bounds of a history, of which no feed of an earlier epoch is open then. */
  private HistoryBounds history(TenantId tenant) {
    var existing = feeds.find(tenant);
    long known = existing.map(Feed::head).orElse(0L);
    var history = read(tenant);
    if (existing.isPresent() && isSetBack(existing.get(), known, history.head())) {
      onSetBack(existing.get(), history.head());
      history = read(tenant);
    }
    epochs.remember(tenant, history.head());
    return history;
  }

  private HistoryBounds read(TenantId tenant) {
    return heads.head(tenant).orElseThrow(() -> new TenantMissing(tenant));
  }

  private static boolean isSetBack(Feed feed, long known, Position head) {
    return head.epoch() != feed.epoch() || head.seq() < known;
  }

  private void subscribe(StreamGrant grant, StartPosition start, Feed feed, StreamResponse response)
      throws IOException {
    response.sendHeaders();
    var connection = StreamConnection.of(response.request());
    var meters = metrics.of(grant.tenant());
    var subscriber = new Subscriber(context, grant, start, feed, meters, connection);
    meters.streamSubscribers().inc();
    open.add(subscriber);
    subscriber.open(response.request());
    if (feed.isClosed()) {
      // The thread that closed the feed meanwhile may not have seen this subscriber.
      subscriber.closeLater(CloseReason.HISTORY_REGRESSED);
    }
  }

  private void onClosed(Subscriber subscriber, CloseReason reason) {
    open.remove(subscriber);
    subscriber.meters().streamSubscribers().dec();
    if (reason == CloseReason.SLOW_CONSUMER) {
      subscriber.meters().streamDropped().inc();
      LOG.info("disconnected a slow consumer: stream {}", subscriber);
    }
    feeds.release(subscriber.feed());
    limits.release(subscriber.grant());
  }

  /**
   * Closes a tenant's feed and its streams after contents were erased, since the feed and the pages
   * of its history may have them.
   */
  void onErasure(TenantId tenant) {
    feeds.find(tenant).ifPresent(feed -> close(feed, CloseReason.CONTENTS_ERASED));
  }

  @Override
  public void onTenantDeleted(Feed feed) {
    close(feed, CloseReason.ACCESS_WITHDRAWN);
  }

  @Override
  public void onSetBack(Feed feed, Position head) {
    var known = new Position(feed.epoch(), feed.head());
    LOG.warn(
        "the messages of tenant {} end at {} in PostgreSQL, where they ended at {} before; closing"
            + " its streams",
        feed.tenant(),
        head,
        known);
    epochs.remember(feed.tenant(), known);
    try {
      // Before clients reconnect, which the end of their streams makes them do.
      epochs.beginIfLost(feed.tenant());
    } catch (JdbiException e) {
      LOG.warn("could not begin an epoch of tenant {}; the next message will", feed.tenant(), e);
    } finally {
      close(feed, CloseReason.HISTORY_REGRESSED);
    }
  }

  /** Closes a feed and all of its streams; clients that reconnect get a new feed. */
  private void close(Feed feed, CloseReason reason) {
    feeds.discard(feed);
    for (var subscriber : open) {
      if (subscriber.feed() == feed) {
        subscriber.closeLater(reason);
      }
    }
  }

  /**
   * Closes all streams and refuses new ones; returns within a second.
   *
   * <p>This must happen before the container stops: the container waits for requests in progress.
   */
  void closeAll() {
    isShutdown = true;
    try {
      if (!loops.close(CLOSE_TIMEOUT)) {
        LOG.warn(
            "{} streams are still open after {}; going on with the shutdown",
            open.size(),
            CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stop() throws InterruptedException {
    closeAll();
    loops.stop();
    replays.stop();
  }
}
