package dev.chatmultischema.stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.errors.ErrorResponder;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.redis.Redis;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jdbi.v3.core.Jdbi;

/** The {@code stream} section. */
public final class StreamFactory {

  private static final long POLL_MILLIS = 250;
  private static final long ACCESS_MILLIS = 3_000;
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

  @Min(1)
  private int maxStreamsPerTenant = 10_000;

  @Min(1)
  private int maxStreamsPerUser = 10_000;

  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  private Duration ticketLifetime = Duration.seconds(30);

  @Min(1)
  private int maxTicketsPerUser = 1_000;

  @Min(1)
  @Max(64)
  private int pumps = Math.min(8, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

  @Min(1)
  @Max(64)
  private int readers = 4;

  private static DataSize share(long part, DataSize most) {
    return DataSize.bytes(Math.min(Runtime.getRuntime().maxMemory() / part, most.toBytes()));
  }

  /** How often a comment is written to each stream. */
  @JsonProperty
  public void setHeartbeat(Duration heartbeat) {
    this.heartbeat = heartbeat;
  }

  /**
   * How far a subscriber that reads too slowly may fall behind before it is cut; what is kept of a
   * tenant's latest events, encoded.
   */
  @JsonProperty
  public void setMaxBuffer(DataSize maxBuffer) {
    this.maxBuffer = maxBuffer;
  }

  /**
   * What is kept of all tenants' latest events together, by default an eighth of the heap and at
   * most 128 MiB; beyond it, 64 KiB of each tenant's.
   */
  @JsonProperty
  public void setMaxBuffers(DataSize maxBuffers) {
    this.maxBuffers = maxBuffers;
  }

  /**
   * What is kept of the history read last, encoded, for clients that come back together; by default
   * a 32nd of the heap and at most 32 MiB.
   */
  @JsonProperty
  public void setReplayCache(DataSize replayCache) {
    this.replayCache = replayCache;
  }

  /** How long a client may take nothing at all, at any position. */
  @JsonProperty
  public void setMaxStall(Duration maxStall) {
    this.maxStall = maxStall;
  }

  /** How many streams this node has open at most. */
  @JsonProperty
  public void setMaxStreams(int maxStreams) {
    this.maxStreams = maxStreams;
  }

  /** How many streams of a tenant this node has open at most. */
  @JsonProperty
  public void setMaxStreamsPerTenant(int maxStreamsPerTenant) {
    this.maxStreamsPerTenant = maxStreamsPerTenant;
  }

  /** How many streams of a user this node has open at most. */
  @JsonProperty
  public void setMaxStreamsPerUser(int maxStreamsPerUser) {
    this.maxStreamsPerUser = maxStreamsPerUser;
  }

  /** How long a ticket is good. */
  @JsonProperty
  public void setTicketLifetime(Duration ticketLifetime) {
    this.ticketLifetime = ticketLifetime;
  }

  /** How many tickets a user may have at a time that are good and not used. */
  @JsonProperty
  public void setMaxTicketsPerUser(int maxTicketsPerUser) {
    this.maxTicketsPerUser = maxTicketsPerUser;
  }

  /**
   * Threads that write to streams; by default one for two processors, up to 8, since what they wait
   * for to write needs processors too.
   */
  @JsonProperty
  public void setPumps(int pumps) {
    this.pumps = pumps;
  }

  /** Threads that read history from the database, each with a connection at times. */
  @JsonProperty
  public void setReaders(int readers) {
    this.readers = readers;
  }

  /** Serves streams and their tickets, and ends streams before the container stops. */
  public void build(
      Environment environment,
      Redis redis,
      Jdbi jdbi,
      JwtAuthenticator authenticator,
      UserDirectory users,
      TenantDirectory tenants,
      ChatMetrics metrics) {
    var messages = jdbi.onDemand(MessageDao.class);
    var dao = jdbi.onDemand(StreamDao.class);
    var heads = new Heads(dao);
    var frames = new Frames(environment.getObjectMapper());
    var lifecycle = environment.lifecycle();
    var fetchers = new TaskScheduler("stream-fetcher", 2);
    lifecycle.manage(fetchers);
    var pumpList = IntStream.range(0, pumps).mapToObj(Pump::new).toList();
    var sources =
        new Sources(
            (tenant, seq, limit) -> messages.after(tenant, seq, limit, PageSize.SHARED_BYTES),
            frames,
            fetchers,
            maxBuffer.toBytes(),
            new Budget(maxBuffers.toBytes()));
    var feeds = new Feeds(sources, redis.subscriber(), pumpList);
    Set<Subscriber> open = ConcurrentHashMap.newKeySet();
    var hub =
        new StreamHub(
            heads,
            feeds,
            pumpList,
            new PageReader(
                (tenant, seq, limit) -> messages.after(tenant, seq, limit, PageSize.OWN_BYTES),
                frames,
                readers,
                replayCache.toBytes()),
            new StreamLimits(maxStreamsPerUser, maxStreamsPerTenant, maxStreams),
            heartbeat.toJavaDuration(),
            maxStall.toJavaDuration(),
            metrics,
            open);
    lifecycle.manage(hub);
    lifecycle.addEventListener(
        new LifeCycle.Listener() {
          @Override
          public void lifeCycleStopping(LifeCycle server) {
            hub.endAll();
          }
        });

    var tickets =
        new StreamTickets(
            jdbi.onDemand(StreamTickets.Dao.class),
            ticketLifetime.toJavaDuration(),
            maxTicketsPerUser);
    environment.jersey().register(new TicketResource(tickets));
    var gate = new StreamGate(authenticator, users, tenants, tickets);
    var servlet =
        environment
            .servlets()
            .addServlet(
                "stream",
                new StreamServlet(gate, hub, environment.getObjectMapper(), new ErrorResponder()));
    servlet.addMapping(StreamServlet.PATH, StreamServlet.PATH + "/");

    var poller = new HeadPoller(heads, feeds, hub::end);
    lifecycle.manage(repeat("stream-heads", POLL_MILLIS, poller::poll));
    var access = new AccessWatch(dao, open);
    lifecycle.manage(repeat("stream-access", ACCESS_MILLIS, access::check));
    lifecycle.manage(repeat("stream-tickets", TICKETS_MILLIS, tickets::removeExpired));
  }

  private static PeriodicTask repeat(String name, long millis, Runnable task) {
    var wait = java.time.Duration.ofMillis(millis);
    return new PeriodicTask(name, wait, wait, task);
  }
}
