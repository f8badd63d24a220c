package dev.chatmultischema.stream;

import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantMissing;
import io.dropwizard.lifecycle.Managed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens streams, knows which are open, and ends them. */
final class StreamHub implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(StreamHub.class);

  private static final long END_MILLIS = 1_000;

  private final Heads heads;
  private final Feeds feeds;
  private final List<Pump> pumps;
  private final PageReader reader;
  private final StreamLimits limits;
  private final Duration heartbeat;
  private final Duration maxStall;
  private final ChatMetrics metrics;
  private final Set<Subscriber> open;
  private final AtomicInteger nextPump = new AtomicInteger();
  private volatile boolean stopping;

  StreamHub(
      Heads heads,
      Feeds feeds,
      List<Pump> pumps,
      PageReader reader,
      StreamLimits limits,
      Duration heartbeat,
      Duration maxStall,
      ChatMetrics metrics,
      Set<Subscriber> open) {
    this.heads = heads;
    this.feeds = feeds;
    this.pumps = pumps;
    this.reader = reader;
    this.limits = limits;
    this.heartbeat = heartbeat;
    this.maxStall = maxStall;
    this.metrics = metrics;
    this.open = open;
  }

  @Override
  public void start() {
    pumps.forEach(Pump::start);
    reader.start();
  }

  /**
   * Answers with a stream.
   *
   * @param requested the {@code seq} to go on after, or {@link StreamQuery#NOWHERE}
   * @throws StreamRefused if there are too many, or the node stops
   */
  void open(Access access, long requested, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (stopping) {
      throw StreamRefused.stopping();
    }
    limits.acquire(access);
    Feed feed = null;
    try {
      var known = feeds.find(access.tenant());
      long seen = known.map(Feed::head).orElse(0L);
      long head = heads.of(access.tenant()).orElseThrow(() -> new TenantMissing(access.tenant()));
      if (head < seen) {
        end(known.get(), Ending.REGRESSED);
      }
      feed = feeds.acquire(access.tenant(), head);
      feed.reach(head);
      begin(access, Start.of(requested, head), feed, request, response);
    } catch (IOException | RuntimeException e) {
      if (feed != null) {
        feeds.release(feed);
      }
      limits.release(access);
      throw e;
    }
  }

  private void begin(
      Access access,
      Start start,
      Feed feed,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    StreamServlet.setHeaders(response);
    response.flushBuffer();
    var connection = StreamConnection.of(request);
    var meters = metrics.of(access.tenant());
    var pump = pumps.get(Math.floorMod(nextPump.getAndIncrement(), pumps.size()));
    var subscriber =
        new Subscriber(
            access,
            start,
            feed,
            pump,
            new Replay(reader),
            new Lag(maxStall),
            heartbeat,
            meters,
            connection,
            this::ended);
    meters.streamSubscribers().inc();
    open.add(subscriber);
    connection.takeOver(request, subscriber);
    if (feed.closed()) {
      // Ended in the meantime, by who did not see this subscriber yet.
      subscriber.endLater(Ending.REGRESSED);
    }
  }

  private void ended(Subscriber subscriber, Ending ending) {
    open.remove(subscriber);
    subscriber.meters().streamSubscribers().dec();
    if (ending == Ending.TOO_SLOW) {
      subscriber.meters().streamDropped().inc();
      LOG.info("cut a stream that read too slowly: {}", subscriber);
    }
    feeds.release(subscriber.feed());
    limits.release(subscriber.access());
  }

  /** Ends a feed and all its streams; whoever comes gets another feed. */
  void end(Feed feed, Ending ending) {
    if (ending == Ending.REGRESSED) {
      LOG.warn(
          "tenant {} has less than {} messages now, its streams end", feed.tenant(), feed.head());
    }
    feeds.discard(feed);
    for (var subscriber : open) {
      if (subscriber.feed() == feed) {
        subscriber.endLater(ending);
      }
    }
  }

  /**
   * Ends all streams and refuses new ones; returns when all have been told, within a second.
   *
   * <p>To be called before the container stops, which waits for requests that are under way.
   */
  void endAll() {
    stopping = true;
    var told = new CountDownLatch(pumps.size());
    for (var pump : pumps) {
      pump.execute(
          () -> {
            pump.close();
            told.countDown();
          });
    }
    try {
      if (!told.await(END_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("{} streams are still open after {} ms", open.size(), END_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stop() throws InterruptedException {
    endAll();
    for (var pump : pumps) {
      pump.stop();
    }
    reader.stop();
  }
}
