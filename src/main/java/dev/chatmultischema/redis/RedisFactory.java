package dev.chatmultischema.redis;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.concurrency.Backoff;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;

/** The {@code redis} section. */
public final class RedisFactory {

  public static final String NAME = "redis";

  private RedisServer.Address address = RedisServer.Address.parse("redis://localhost:6379");

  @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
  private Duration timeout = Duration.seconds(2);

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  private Duration pingInterval = Duration.seconds(1);

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  private Duration maxBackoff = Duration.seconds(5);

  @Min(1)
  private int maxQueued = 10_000;

  @MinDataSize(64 * 1024)
  private DataSize maxQueuedBytes =
      DataSize.bytes(
          Math.max(64 * 1024, Math.min(Runtime.getRuntime().maxMemory() / 32, 16 * 1024 * 1024)));

  /**
   * Takes {@code redis://user:password@host:port/database} or {@code rediss://} for TLS.
   *
   * @throws IllegalArgumentException if it is neither
   */
  @JsonProperty
  public void setUrl(String url) {
    this.address = RedisServer.Address.parse(url);
  }

  /** How long connecting, and any one answer, may take. */
  @JsonProperty
  public void setTimeout(Duration timeout) {
    this.timeout = timeout;
  }

  /** A subscribed connection on which nothing came for three of these is given up as dead. */
  @JsonProperty
  public void setPingInterval(Duration pingInterval) {
    this.pingInterval = pingInterval;
  }

  /** The longest wait between two attempts to connect. */
  @JsonProperty
  public void setMaxBackoff(Duration maxBackoff) {
    this.maxBackoff = maxBackoff;
  }

  /** How many broadcasts may wait to be sent; what comes on top is dropped. */
  @JsonProperty
  public void setMaxQueued(int maxQueued) {
    this.maxQueued = maxQueued;
  }

  /**
   * How many bytes of messages may wait to be sent, by default a 32nd of the heap and at most 16
   * MiB; what comes on top is dropped.
   */
  @JsonProperty
  public void setMaxQueuedBytes(DataSize maxQueuedBytes) {
    this.maxQueuedBytes = maxQueuedBytes;
  }

  /**
   * Builds both ways to and from Redis and the health check {@code redis}; connects to nothing
   * before the service starts, and never makes the start wait.
   */
  public Redis build(Environment environment) {
    var server =
        new RedisServer(address, (int) timeout.toMilliseconds(), pingInterval.toJavaDuration());
    var broadcaster =
        new RedisBroadcaster(
            server,
            new Backoff(maxBackoff.toJavaDuration()),
            new BroadcastQueue(maxQueued, maxQueuedBytes.toBytes()),
            environment.getObjectMapper(),
            environment.metrics());
    var subscriber = new RedisSubscriber(server, new Backoff(maxBackoff.toJavaDuration()));
    environment.lifecycle().manage(broadcaster);
    environment.lifecycle().manage(subscriber);
    environment.healthChecks().register(NAME, new RedisHealthCheck(server));
    return new Redis(broadcaster, subscriber);
  }
}
