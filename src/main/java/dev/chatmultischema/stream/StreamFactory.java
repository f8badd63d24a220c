package dev.chatmultischema.stream;

import static com.codahale.metrics.MetricRegistry.name;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.identity.IssuerDirectory;
import dev.chatmultischema.limits.Limits;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.message.ErasedSenders;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.redis.Redis;
import dev.chatmultischema.stream.access.StreamLimits;
import dev.chatmultischema.stream.access.StreamTickets;
import dev.chatmultischema.stream.access.TicketDao;
import dev.chatmultischema.stream.delivery.EventLoopGroup;
import dev.chatmultischema.stream.delivery.ReplayReader;
import dev.chatmultischema.stream.feed.Feed;
import dev.chatmultischema.stream.feed.FeedRegistry;
import dev.chatmultischema.stream.feed.FeedResources;
import dev.chatmultischema.stream.feed.FrameBudget;
import dev.chatmultischema.stream.feed.FrameEncoder;
import dev.chatmultischema.stream.feed.HeadDao;
import dev.chatmultischema.stream.feed.HeadPoller;
import dev.chatmultischema.stream.feed.HeadReader;
import dev.chatmultischema.stream.feed.HistoryPages;
import dev.chatmultischema.stream.feed.MessageHistory;
import dev.chatmultischema.stream.feed.PageSizeEstimator;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jdbi.v3.core.Jdbi;

/** The {@code stream} section. */
public final class StreamFactory {

  private static final long POLL_MILLIS = 250;
  private static final long GRANTS_MILLIS = 3_000;
  private static final long TICKETS_MILLIS = 60_000;

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  private Duration heartbeat = Duration.seconds(15);

  @MinDataSize(64 * 1024)
  private DataSize maxBuffer = DataSize.mebibytes(1);

  @MinDataSize(64 * 1024)
  private DataSize maxBuffers = share(8, DataSize.mebibytes(128));

  @MinDataSize(64 * 1024)
  private DataSize replayCache = share(32, DataSize.mebibytes(32));

  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  private Duration maxStall = Duration.seconds(60);

  @Min(1)
  private int maxStreams = 50_000;

  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  private Duration ticketLifetime = Duration.seconds(30);

  @Min(1)
  @Max(64)
  private int eventLoops = Math.min(8, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

  @Min(1)
  @Max(64)
  private int readers = 4;

  private static DataSize share(long part, DataSize most) {
    return DataSize.bytes(Math.min(Runtime.getRuntime().maxMemory() / part, most.toBytes()));
  }

  /** Sets the interval of the comment that is written to each stream as a heartbeat. */
  @JsonProperty
  public void setHeartbeat(Duration heartbeat) {
    this.heartbeat = heartbeat;
  }

  /**
   * Sets the size of one tenant's latest frames in memory. A consumer that falls behind by more
   * than that is disconnected if it reads nothing for 2 s or does not catch up within 5 s.
   */
  @JsonProperty
  public void setMaxBuffer(DataSize maxBuffer) {
    this.maxBuffer = maxBuffer;
  }

  /**
   * Sets the size of all tenants' latest frames in memory; by default an eighth of the heap, at
   * most 128 MiB. When it is exceeded, 64 KiB of each tenant are kept.
   */
  @JsonProperty
  public void setMaxBuffers(DataSize maxBuffers) {
    this.maxBuffers = maxBuffers;
  }

  /**
   * Sets the size of the cache of history pages, for clients that reconnect together; by default a
   * 32nd of the heap, at most 32 MiB.
   */
  @JsonProperty
  public void setReplayCache(DataSize replayCache) {
    this.replayCache = replayCache;
  }

  /** Sets the time after which a client that reads nothing is disconnected, at any position. */
  @JsonProperty
  public void setMaxStall(Duration maxStall) {
    this.maxStall = maxStall;
  }

  /** Sets the number of streams that this node may have open. */
  @JsonProperty
  public void setMaxStreams(int maxStreams) {
    this.maxStreams = maxStreams;
  }

  /** Sets the time for which a ticket is valid. */
  @JsonProperty
  public void setTicketLifetime(Duration ticketLifetime) {
    this.ticketLifetime = ticketLifetime;
  }

  /**
   * Sets the number of event loops, threads that write to streams; by default one for two
   * processors, at most 8, since the other work of a stream needs processors too. {@code pumps} is
   * the old name.
   */
  @JsonProperty
  @JsonAlias("pumps")
  public void setEventLoops(int eventLoops) {
    this.eventLoops = eventLoops;
  }

  /** Sets the number of threads that replay history from the database, each with one connection. */
  @JsonProperty
  public void setReaders(int readers) {
    this.readers = readers;
  }

  /**
   * Builds all parts of streams, and closes streams before the container stops. Nothing is
   * registered with the HTTP server.
   */
  public Streams build(
      Environment environment,
      Redis redis,
      Jdbi jdbi,
      Epochs epochs,
      ErasedSenders erased,
      IssuerDirectory issuers,
      Limits limits,
      ChatMetrics metrics) {
    var lifecycle = environment.lifecycle();
    var heads = new HeadReader(jdbi.onDemand(HeadDao.class));
    var messages = new MessageDao(jdbi);
    var encoder = new FrameEncoder(environment.getObjectMapper());
    var fetchers = new TaskScheduler("stream-fetcher", 2);
    lifecycle.manage(fetchers);
    var feeds =
        new FeedRegistry(
            new FeedResources(
                history(messages, PageSizeEstimator.FEED_PAGE_BYTES),
                encoder,
                fetchers,
                maxBuffer.toBytes(),
                new FrameBudget(maxBuffers.toBytes()),
                redis.signature(),
                environment.metrics().meter(name(Feed.class, "rejected"))),
            redis.subscriber());
    var pages =
        new HistoryPages(
            history(messages, PageSizeEstimator.REPLAY_PAGE_BYTES), encoder, replayCache.toBytes());
    var hub =
        new StreamHub(
            heads,
            epochs,
            feeds,
            new EventLoopGroup(eventLoops),
            new ReplayReader(pages, readers),
            new StreamLimits(limits.tenants(), limits.counts(), maxStreams),
            heartbeat.toJavaDuration(),
            maxStall.toJavaDuration(),
            metrics);
    lifecycle.manage(hub);
    lifecycle.addEventListener(
        new LifeCycle.Listener() {
          @Override
          public void lifeCycleStopping(LifeCycle server) {
            hub.closeAll();
          }
        });
    var tickets =
        new StreamTickets(
            jdbi.onDemand(TicketDao.class),
            ticketLifetime.toJavaDuration(),
            limits.tenants(),
            limits.counts());
    var poller = new HeadPoller(heads, feeds, hub);
    lifecycle.manage(periodic("stream-heads", POLL_MILLIS, poller::poll));
    var grants = new GrantWatch(jdbi.onDemand(GrantDao.class), issuers, hub.open());
    lifecycle.manage(periodic("stream-grants", GRANTS_MILLIS, grants::check));
    lifecycle.manage(periodic("stream-tickets", TICKETS_MILLIS, tickets::removeExpired));
    erased.onErasure(hub::onErasure);
    return new Streams(hub, tickets);
  }

  private static MessageHistory history(MessageDao messages, int maxBytes) {
    return (tenant, seq, limit) -> messages.after(tenant, seq, limit, maxBytes);
  }

  private static PeriodicTask periodic(String name, long millis, Runnable task) {
    var interval = java.time.Duration.ofMillis(millis);
    return new PeriodicTask(name, interval, interval, task);
  }
}
