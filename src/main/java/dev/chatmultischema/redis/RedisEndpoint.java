package dev.chatmultischema.redis;

import java.time.Duration;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The URL of Redis and the settings of connections to it.
 *
 * @param sentinelLogin the credentials for sentinels; null if none are configured
 * @param timeout of connecting and of each response, in ms
 * @param pingInterval the time between two pings on a subscribed connection
 */
record RedisEndpoint(
    RedisUrl url, RedisCredentials sentinelLogin, int timeout, Duration pingInterval) {

  /** A subscribed connection is closed after so many ping intervals without a response. */
  private static final int MISSED_PINGS = 3;

  /** Returns the settings of a connection for commands. */
  JedisClientConfig forCommands() {
    return config(timeout);
  }

  /** Returns the settings of a subscribed connection, whose silence is a failure after 3 pings. */
  JedisClientConfig forSubscriptions() {
    return config((int) pingInterval.multipliedBy(MISSED_PINGS).toMillis());
  }

  private JedisClientConfig config(int socketTimeout) {
    return builder(timeout, socketTimeout)
        .user(url.user())
        .password(url.password())
        .database(url.database())
        .clientName("tenant-api")
        .build();
  }

  /**
   * Returns the settings of a connection to a sentinel. All sentinels together, asked one after
   * another, may last about as long as one response of Redis.
   *
   * @param login null for none
   */
  JedisClientConfig forSentinel(RedisCredentials login) {
    int share = Math.max(1, timeout / url.servers().size());
    return builder(share, share)
        .credentials(login)
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .build();
  }

  private DefaultJedisClientConfig.Builder builder(int connectTimeout, int socketTimeout) {
    // Without this, TLS accepts a valid certificate of any host.
    var tls = new SSLParameters();
    tls.setEndpointIdentificationAlgorithm("HTTPS");
    return DefaultJedisClientConfig.builder()
        .resp2()
        .connectionTimeoutMillis(connectTimeout)
        .socketTimeoutMillis(socketTimeout)
        .ssl(url.tls())
        .sslParameters(url.tls() ? tls : null);
  }

  /** Returns the reason of a failure, with that of the first address that was not reached. */
  static String reason(JedisException failure) {
    var details = failure.getSuppressed();
    return details.length == 0
        ? failure.getMessage()
        : failure.getMessage() + " " + details[0].getMessage();
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
