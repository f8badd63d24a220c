package dev.chatmultischema.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.SharedHeads;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ZAddParams;

/**
 * Heads in a sorted set of Redis: a member for each tenant and epoch, whose score is the highest
 * {@code seq}. {@code ZADD GT} only raises it, in whatever order nodes write.
 *
 * <p>Only the broadcaster's thread may call the methods that are not synchronized.
 */
final class RedisHeads implements SharedHeads {

  static final String KEY = "chat:heads";

  private static final Logger LOG = LoggerFactory.getLogger(RedisHeads.class);

  /** An outage of Redis is worth waiting for as long as this. */
  private static final long MAX_WAIT_NANOS = Duration.ofSeconds(10).toNanos();

  /** An outage ends where no read failed for this time. */
  private static final long OUTAGE_NANOS = Duration.ofMinutes(1).toNanos();

  /** A node remembers the heads of as many tenants, with about 150 bytes for each. */
  private static final int MAX_REMEMBERED = 100_000;

  /** A longer command would delay the broadcasts of other nodes. */
  private static final int MAX_WRITTEN_AT_ONCE = 1_000;

  private final RedisMaster master;
  private final RedisEndpoint endpoint;
  private final Map<String, Double> unwritten = new LinkedHashMap<>();
  private final Map<String, Double> pending = new HashMap<>();
  private final Cache<String, Double> written =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();
  private boolean hasWarned;
  private long outageBegan;
  private long lastFailure;
  private boolean isOutage;

  RedisHeads(RedisMaster master, RedisEndpoint endpoint) {
    this.master = master;
    this.endpoint = endpoint;
  }

  /** Adds the head of stored messages to those that are written next. */
  void add(TenantId tenant, List<Message> stored) {
    var last = stored.get(stored.size() - 1);
    add(member(tenant, last.epoch()), (double) last.seq());
  }

  private void add(String member, double seq) {
    if (unwritten.size() < MAX_REMEMBERED || unwritten.containsKey(member)) {
      unwritten.merge(member, seq, Math::max);
    }
  }

  /** Adds all heads that were written before: a server that was restarted may have lost them. */
  void addWritten() {
    written.asMap().forEach(this::add);
  }

  boolean hasUnwritten() {
    return !unwritten.isEmpty();
  }

  /**
   * Adds a write of up to 1,000 heads to a pipeline, before the broadcasts that show them; returns
   * whether there are any.
   */
  boolean write(Pipeline pipeline) {
    pending.clear();
    for (var head : unwritten.entrySet()) {
      if (pending.size() == MAX_WRITTEN_AT_ONCE) {
        break;
      }
      pending.put(head.getKey(), head.getValue());
    }
    if (!pending.isEmpty()) {
      var unused = pipeline.zadd(KEY, pending, ZAddParams.zAddParams().gt());
    }
    return !pending.isEmpty();
  }

  /**
   * Records the response to a write. Heads that are refused are not written again before the next
   * connection.
   *
   * @return false if the server is a replica, which takes no write
   */
  boolean recordWrite(Object response) {
    if (response instanceof JedisException refusal) {
      if (refusal.getMessage().startsWith("READONLY")) {
        return false;
      }
      warn(refusal);
    }
    unwritten.keySet().removeAll(pending.keySet());
    written.putAll(pending);
    return true;
  }

  private synchronized void warn(JedisException refusal) {
    if (!hasWarned) {
      hasWarned = true;
      LOG.warn(
          "Redis refuses the heads of tenants ({}): a failover of PostgreSQL will begin new epochs"
              + " without need; allow its user ~{} +zadd +zscore",
          refusal.getMessage(),
          KEY);
    }
  }

  @Override
  public long find(TenantId tenant, int epoch) throws Unavailable {
    try (var jedis = new Jedis(master.locate(), endpoint.forCommands())) {
      var score = jedis.zscore(KEY, member(tenant, epoch));
      master.requireMaster(jedis.getConnection());
      recordResponse();
      return score == null ? 0 : score.longValue();
    } catch (JedisConnectionException e) {
      throw new Unavailable(mayRecover(System.nanoTime()), e);
    } catch (JedisException e) {
      warn(e);
      throw new Unavailable(false, e);
    }
  }

  private synchronized void recordResponse() {
    isOutage = false;
  }

  private synchronized boolean mayRecover(long now) {
    if (!isOutage || now - lastFailure > OUTAGE_NANOS) {
      isOutage = true;
      outageBegan = now;
    }
    lastFailure = now;
    return now - outageBegan < MAX_WAIT_NANOS;
  }

  private static String member(TenantId tenant, int epoch) {
    return tenant + "." + epoch;
  }
}
