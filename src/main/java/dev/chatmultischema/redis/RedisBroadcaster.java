package dev.chatmultischema.redis;

import static com.codahale.metrics.MetricRegistry.name;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.MessageBroadcaster;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Publishes on one thread, many at a time; drops what finds the queue full or Redis away, and
 * counts it.
 */
public final class RedisBroadcaster implements MessageBroadcaster, Managed {

  private static final Logger LOG = LoggerFactory.getLogger(RedisBroadcaster.class);

  /** How many broadcasts share a round trip. */
  private static final int MAX_PIPELINED = 128;

  private static final long IDLE_MILLIS = 250;
  private static final Duration STOPS = Duration.ofSeconds(5);

  private final RedisServer server;
  private final Backoff backoff;
  private final BroadcastQueue queue;
  private final ObjectWriter json;
  private final Meter sent;
  private final Meter dropped;
  private final LongLivedThread thread = new LongLivedThread("redis-broadcaster", this::run);

  private volatile boolean stopped;
  private Jedis jedis;
  private long nextAttempt = System.nanoTime();
  private final OutageLog outage;

  RedisBroadcaster(
      RedisServer server,
      Backoff backoff,
      BroadcastQueue queue,
      ObjectMapper mapper,
      MetricRegistry metrics) {
    this.server = server;
    this.outage =
        new OutageLog(
            LOG,
            "could not publish to Redis at " + server,
            "streams read from PostgreSQL until it is available",
            "publishing to Redis at " + server + " again");
    this.backoff = backoff;
    this.queue = queue;
    this.json = mapper.writer();
    this.sent = metrics.meter(name(RedisBroadcaster.class, "sent"));
    this.dropped = metrics.meter(name(RedisBroadcaster.class, "dropped"));
  }

  @Override
  public void broadcast(TenantId tenant, List<Message> stored) {
    if (!stored.isEmpty()) {
      offer(new Broadcast.Stored(tenant, stored));
    }
  }

  void wakeUp(String channel) {
    offer(new Broadcast.Wakeup(channel));
  }

  private void offer(Broadcast broadcast) {
    if (!queue.offer(broadcast)) {
      dropped.mark();
    }
  }

  @Override
  public void start() {
    thread.start();
  }

  /** Sends what is queued if Redis takes it, within a few timeouts. */
  @Override
  public void stop() throws InterruptedException {
    stopped = true;
    thread.shutdown();
    if (!thread.awaitTermination(STOPS)) {
      LOG.warn("broadcasts are still being sent after {}", STOPS);
    }
  }

  private void run() {
    try {
      List<Broadcast> batch;
      do {
        batch = queue.take(MAX_PIPELINED, stopped ? 0 : IDLE_MILLIS);
        send(batch);
      } while (!stopped || !batch.isEmpty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  private void send(List<Broadcast> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      if (!connected()) {
        dropped.mark(batch.size());
        return;
      }
      publish(batch);
      sent.mark(batch.size());
      found();
    } catch (JedisException e) {
      dropped.mark(batch.size());
      lost(e);
    } catch (JsonProcessingException | RuntimeException e) {
      // Streams repair what is dropped; a broadcaster that died would slow all of them for good.
      dropped.mark(batch.size());
      LOG.error("{} broadcasts dropped", batch.size(), e);
    }
  }

  private void publish(List<Broadcast> batch) throws JsonProcessingException {
    try {
      pipeline(batch);
    } catch (JedisConnectionException e) {
      // The connection may have died while nothing was sent; a second time would be an outage.
      disconnect();
      connect();
      pipeline(batch);
    }
  }

  private void pipeline(List<Broadcast> batch) throws JsonProcessingException {
    var pipeline = jedis.pipelined();
    for (var broadcast : batch) {
      var channel = broadcast.channel().getBytes(StandardCharsets.UTF_8);
      for (var payload : broadcast.payloads(json)) {
        var unused = pipeline.publish(channel, payload);
      }
    }
    for (var answer : pipeline.syncAndReturnAll()) {
      if (answer instanceof JedisException refused) {
        throw refused;
      }
    }
  }

  /** Connects if it is time to try; the queue fills up meanwhile, and then drops. */
  private boolean connected() {
    if (jedis != null) {
      return true;
    }
    if (System.nanoTime() - nextAttempt < 0) {
      return false;
    }
    connect();
    return true;
  }

  private void connect() {
    jedis = new Jedis(server.at(), server.forCommands());
  }

  private void found() {
    backoff.reset();
    outage.up();
  }

  private void lost(JedisException cause) {
    disconnect();
    nextAttempt = System.nanoTime() + backoff.next().toNanos();
    outage.down(RedisServer.reason(cause));
  }

  private void disconnect() {
    if (jedis == null) {
      return;
    }
    try {
      jedis.close();
    } catch (JedisException e) {
      LOG.debug("closing a lost connection failed", e);
    } finally {
      jedis = null;
    }
  }
}
