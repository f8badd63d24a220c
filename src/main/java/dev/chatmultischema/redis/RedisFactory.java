package dev.chatmultischema.redis;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.signing.Signatures;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;

/** The configuration section {@code redis}. */
public final class RedisFactory {

  public static final String NAME = "redis";

  private RedisUrl url = RedisUrl.parse("redis://localhost:6379");
  private String sentinelUser = "";
  private String sentinelPassword = "";

  @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
  private Duration timeout = Duration.seconds(2);

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  private Duration pingInterval = Duration.seconds(1);

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  private Duration maxBackoff = Duration.seconds(2);

  @Min(1)
  private int maxQueued = 10_000;

  @MinDataSize(64 * 1024)
  private DataSize maxQueuedBytes =
      DataSize.bytes(
          Math.max(64 * 1024, Math.min(Runtime.getRuntime().maxMemory() / 32, 16 * 1024 * 1024)));

  /**
   * Sets the URL, {@code redis://user:password@host:port/database}, or {@code
   * redis+sentinel://user:password@host:port,host:port/master-name/database} with the addresses of
   * sentinels; {@code rediss} in place of {@code redis} for TLS.
   *
   * @throws IllegalArgumentException if the URL has another form
   */
  @JsonProperty
  public void setUrl(String url) {
    this.url = RedisUrl.parse(url);
  }

  /** Sets the user of sentinels; empty for the one of the URL, or none. */
  @JsonProperty
  public void setSentinelUser(String sentinelUser) {
    this.sentinelUser = sentinelUser;
  }

  /**
   * Sets the password of sentinels. If it is empty, sentinels that demand a login get the one of
   * the URL.
   */
  @JsonProperty
  public void setSentinelPassword(String sentinelPassword) {
    this.sentinelPassword = sentinelPassword;
  }

  /** Sets the timeout of connecting and of each response. */
  @JsonProperty
  public void setTimeout(Duration timeout) {
    this.timeout = timeout;
  }

  /** Sets the interval of pings; a subscribed connection is closed after three without response. */
  @JsonProperty
  public void setPingInterval(Duration pingInterval) {
    this.pingInterval = pingInterval;
  }

  /** Sets the maximum delay between two attempts to connect. */
  @JsonProperty
  public void setMaxBackoff(Duration maxBackoff) {
    this.maxBackoff = maxBackoff;
  }

  /** Sets the number of broadcasts that may wait to be sent; further ones are dropped. */
  @JsonProperty
  public void setMaxQueued(int maxQueued) {
    this.maxQueued = maxQueued;
  }

  /**
   * Sets the bytes of messages that may wait to be sent, by default a 32nd of the heap and at most
   * 16 MiB; further ones are dropped.
   */
  @JsonProperty
  public void setMaxQueuedBytes(DataSize maxQueuedBytes) {
    this.maxQueuedBytes = maxQueuedBytes;
  }

  /**
   * Builds the broadcaster, the subscriber and the health check {@code redis}. They connect when
   * the service starts, without delaying the start.
   */
  public Redis build(Environment environment, Signatures signatures) {
    var signature = new BroadcastSignature(signatures);
    var endpoint =
        new RedisEndpoint(
            url, sentinelLogin(), (int) timeout.toMilliseconds(), pingInterval.toJavaDuration());
    var master = new RedisMaster(endpoint);
    var heads = new RedisHeads(master, endpoint);
    var broadcaster =
        new RedisBroadcaster(
            master,
            endpoint,
            new Backoff(maxBackoff.toJavaDuration()),
            new BroadcastQueue(maxQueued, maxQueuedBytes.toBytes()),
            signature,
            heads,
            environment.metrics());
    var subscriber =
        new RedisSubscriber(master, endpoint, new Backoff(maxBackoff.toJavaDuration()));
    environment.lifecycle().manage(broadcaster);
    environment.lifecycle().manage(subscriber);
    environment.lifecycle().manage(new MasterWatch(master, endpoint, subscriber));
    environment.healthChecks().register(NAME, new RedisHealthCheck(master, endpoint));
    return new Redis(broadcaster, subscriber, signature, heads);
  }

  private RedisCredentials sentinelLogin() {
    return sentinelPassword.isEmpty()
        ? null
        : new DefaultRedisCredentials(
            sentinelUser.isEmpty() ? null : sentinelUser, sentinelPassword.toCharArray());
  }
}
