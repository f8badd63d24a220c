package dev.chatmultischema.redis;

import dev.chatmultischema.url.InvalidUrl;
import dev.chatmultischema.url.ServerUrl;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
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

    private static final String VARIABLE = "REDIS_URL";
    private static final Map<String, Integer> SCHEMES = Map.of("redis", 6379, "rediss", 6379);

    /** As {@code SELECT} takes it; how many there are, the server says. */
    private static final Pattern DATABASE = Pattern.compile("[0-9]{1,9}");

    /**
     * @throws InvalidUrl if it is no Redis URL, without telling the password
     */
    static Address parse(String text) {
      var url = ServerUrl.parse(VARIABLE, text, SCHEMES).withoutParameters(VARIABLE, "redis");
      if (url.user() != null && url.password() == null) {
        throw new InvalidUrl(
            VARIABLE, "must name a password after the user: redis://:password@host without a user");
      }
      return new Address(
          // Its own parser and java.net.URI refuse an underscore; this takes the host as it is.
          new HostAndPort(url.address().host(), url.address().port()),
          url.user(),
          url.password(),
          database(url.path()),
          url.scheme().equals("rediss"));
    }

    private static int database(String path) {
      if (!path.isEmpty() && !DATABASE.matcher(path).matches()) {
        throw new InvalidUrl(
            VARIABLE, "has a path that is no database: it must be a number, as in /0, or nothing");
      }
      return path.isEmpty() ? 0 : Integer.parseInt(path);
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
