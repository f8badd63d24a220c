package dev.chatmultischema.redis;

import static com.codahale.metrics.MetricRegistry.name;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
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
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Publishes broadcasts in pipelines, on one thread. Broadcasts are dropped and counted while the
 * queue is full or Redis is unavailable.
 */
public final class RedisBroadcaster implements MessageBroadcaster, Managed {

  private static final Logger LOG = LoggerFactory.getLogger(RedisBroadcaster.class);

  /** The maximum number of broadcasts in one round trip. */
  private static final int MAX_PIPELINED = 128;

  private static final long POLL_MILLIS = 250;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final RedisMaster master;
  private final RedisEndpoint endpoint;
  private final Backoff backoff;
  private final BroadcastQueue queue;
  private final BroadcastSignature signature;
  private final RedisHeads heads;
  private final Meter sent;
  private final Meter dropped;
  private final LongLivedThread thread = new LongLivedThread("redis-broadcaster", this::run);

  private volatile boolean shutdown;
  private Jedis jedis;
  private HostAndPort connectedTo;
  private long nextRoleCheck = System.nanoTime();
  private long nextAttempt = System.nanoTime();
  private final OutageLog outage;

  RedisBroadcaster(
      RedisMaster master,
      RedisEndpoint endpoint,
      Backoff backoff,
      BroadcastQueue queue,
      BroadcastSignature signature,
      RedisHeads heads,
      MetricRegistry metrics) {
    this.master = master;
    this.endpoint = endpoint;
    this.outage =
        new OutageLog(
            LOG,
            "could not publish to Redis at " + endpoint,
            "streams read from PostgreSQL until it is available",
            "publishing to Redis at " + endpoint + " again");
    this.backoff = backoff;
    this.queue = queue;
    this.signature = signature;
    this.heads = heads;
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
    offer(new Broadcast.WakeUp(channel));
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

  /** Sends the queued broadcasts if Redis is available, and waits up to 5 s for that. */
  @Override
  public void stop() throws InterruptedException {
    shutdown = true;
    thread.shutdown();
    if (!thread.awaitTermination(STOP_TIMEOUT)) {
      LOG.warn("broadcasts are still being sent after {}; the rest is dropped", STOP_TIMEOUT);
    }
  }

  private void run() {
    try {
      List<Broadcast> batch;
      do {
        batch = queue.poll(MAX_PIPELINED, shutdown ? 0 : POLL_MILLIS);
        send(batch);
      } while (!shutdown || !batch.isEmpty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  private void send(List<Broadcast> batch) {
    addHeads(batch);
    if (batch.isEmpty() && !heads.hasUnwritten()) {
      return;
    }
    try {
      if (!ensureConnected()) {
        dropped.mark(batch.size());
        return;
      }
      publish(batch);
      sent.mark(batch.size());
      recovered();
    } catch (JedisException e) {
      dropped.mark(batch.size());
      failed(e);
    } catch (RuntimeException e) {
      // Streams read dropped messages from PostgreSQL; the next batch may succeed.
      dropped.mark(batch.size());
      LOG.error("could not encode {} broadcasts; they are dropped", batch.size(), e);
    }
  }

  /** Heads that cannot be written now are written when Redis is available again. */
  private void addHeads(List<Broadcast> batch) {
    for (var broadcast : batch) {
      if (broadcast instanceof Broadcast.Stored stored) {
        heads.add(stored.tenant(), stored.messages());
      }
    }
  }

  private void publish(List<Broadcast> batch) {
    try {
      pipeline(batch);
    } catch (JedisConnectionException e) {
      // The connection may have been closed while it was idle, or its server is not the master any
      // more; a second failure is an outage.
      disconnect();
      connect();
      pipeline(batch);
    }
  }

  private void pipeline(List<Broadcast> batch) {
    if (!connectedTo.equals(master.known())) {
      throw new JedisConnectionException(connectedTo + " is not the master any more");
    }
    var pipeline = jedis.pipelined();
    // In the same round trip: a replica accepts what is published, and forwards nothing.
    boolean checksRole = System.nanoTime() - nextRoleCheck >= 0 && master.checksRole();
    if (checksRole) {
      var unused = pipeline.sendCommand(Command.ROLE, new String[0]);
    }
    boolean writesHeads = heads.write(pipeline);
    for (var broadcast : batch) {
      var channel = broadcast.channel().getBytes(StandardCharsets.UTF_8);
      for (var payload : broadcast.payloads(signature)) {
        var unused = pipeline.publish(channel, payload);
      }
    }
    var responses = pipeline.syncAndReturnAll();
    if (checksRole) {
      if (master.isReplica(responses.remove(0))) {
        throw RedisMaster.replica(connectedTo);
      }
      nextRoleCheck = System.nanoTime() + endpoint.pingInterval().toNanos();
    }
    if (writesHeads && !heads.recordWrite(responses.remove(0))) {
      throw RedisMaster.replica(connectedTo);
    }
    for (var response : responses) {
      if (response instanceof JedisException refused) {
        throw refused;
      }
    }
  }

  /** Connects unless the back-off after a failure lasts; returns whether there is a connection. */
  private boolean ensureConnected() {
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
    connectedTo = master.locate();
    jedis = new Jedis(connectedTo, endpoint.forCommands());
    master.requireMaster(jedis.getConnection());
    nextRoleCheck = System.nanoTime() + endpoint.pingInterval().toNanos();
    heads.addWritten();
  }

  private void recovered() {
    backoff.reset();
    outage.up();
  }

  private void failed(JedisException cause) {
    disconnect();
    nextAttempt = System.nanoTime() + backoff.next().toNanos();
    outage.down(RedisEndpoint.reason(cause));
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
