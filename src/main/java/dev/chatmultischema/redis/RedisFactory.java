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

/** The configuration section {@code redis}. */
public final class RedisFactory {

  public static final String NAME = "redis";

  private RedisEndpoint.Address address = RedisEndpoint.Address.parse("redis://localhost:6379");

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
   * Sets the URL, {@code redis://user:password@host:port/database} or {@code rediss://} for TLS.
   *
   * @throws IllegalArgumentException if the URL has another form
   */
  @JsonProperty
  public void setUrl(String url) {
    this.address = RedisEndpoint.Address.parse(url);
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
        new RedisEndpoint(address, (int) timeout.toMilliseconds(), pingInterval.toJavaDuration());
    var broadcaster =
        new RedisBroadcaster(
            endpoint,
            new Backoff(maxBackoff.toJavaDuration()),
            new BroadcastQueue(maxQueued, maxQueuedBytes.toBytes()),
            signature,
            environment.metrics());
    var subscriber = new RedisSubscriber(endpoint, new Backoff(maxBackoff.toJavaDuration()));
    environment.lifecycle().manage(broadcaster);
    environment.lifecycle().manage(subscriber);
    environment.healthChecks().register(NAME, new RedisHealthCheck(endpoint));
    return new Redis(broadcaster, subscriber, signature);
  }
}
