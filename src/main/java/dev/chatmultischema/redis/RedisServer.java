package dev.chatmultischema.redis;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The server to connect to.
 *
 * @param timeout for connecting and for any one answer, ms
 * @param pingInterval how often a subscribed connection is tried
 */
record RedisServer(Address address, int timeout, Duration pingInterval) {

  /** How many silent ping intervals a subscribed connection survives. */
  private static final int MISSED_PINGS = 3;

  /** Where it is, and as whom to log in. */
  record Address(HostAndPort at, String user, String password, int database, boolean tls) {

    /**
     * @throws IllegalArgumentException if it is no Redis URL, without telling the password
     */
    static Address parse(String url) {
      if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
        throw new IllegalArgumentException("REDIS_URL must start with redis:// or rediss://");
      }
      URI uri;
      try {
        uri = URI.create(url);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("REDIS_URL is not a valid URL", null);
      }
      if (uri.getHost() == null) {
        throw new IllegalArgumentException("REDIS_URL must name a host");
      }
      var login = uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
      if (login.length == 1) {
        throw new IllegalArgumentException("REDIS_URL must name a password after the user");
      }
      return new Address(
          new HostAndPort(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort()),
          login.length == 0 || login[0].isEmpty() ? null : decode(login[0]),
          login.length == 0 ? null : decode(login[1]),
          database(uri),
          url.startsWith("rediss:"));
    }

    private static String decode(String text) {
      // A plus sign is itself in a URI's user info, though URLDecoder takes it for a space.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static int database(URI uri) {
      var path = uri.getPath();
      if (path.length() < 2) {
        return 0;
      }
      try {
        return Integer.parseUnsignedInt(path.substring(1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("REDIS_URL must end with a database number, if any", e);
      }
    }

    @Override
    public String toString() {
      return at.toString();
    }
  }

  HostAndPort at() {
    return address.at();
  }

  /** For a connection that asks and is answered. */
  JedisClientConfig forCommands() {
    return config(timeout);
  }

  /** For a connection that listens: silence longer than its pings is a failure. */
  JedisClientConfig forSubscriptions() {
    return config((int) pingInterval.multipliedBy(MISSED_PINGS).toMillis());
  }

  private JedisClientConfig config(int socketTimeout) {
    // By itself, TLS would take any valid certificate for the server's.
    var tls = new SSLParameters();
    tls.setEndpointIdentificationAlgorithm("HTTPS");
    return DefaultJedisClientConfig.builder()
        .resp2()
        .connectionTimeoutMillis(timeout)
        .socketTimeoutMillis(socketTimeout)
        .user(address.user())
        .password(address.password())
        .database(address.database())
        .ssl(address.tls())
        .sslParameters(address.tls() ? tls : null)
        .clientName("tenant-api")
        .build();
  }

  /** What went wrong, with what the driver keeps apart: why an address did not answer. */
  static String reason(JedisException failure) {
    var details = failure.getSuppressed();
    return details.length == 0
        ? failure.getMessage()
        : failure.getMessage() + " " + details[0].getMessage();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
