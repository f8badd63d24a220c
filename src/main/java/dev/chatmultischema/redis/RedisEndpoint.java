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
 * The address of Redis and the settings of connections to it.
 *
 * @param timeout of connecting and of each response, in ms
 * @param pingInterval the time between two pings on a subscribed connection
 */
record RedisEndpoint(Address address, int timeout, Duration pingInterval) {

  /** A subscribed connection is closed after so many ping intervals without a response. */
  private static final int MISSED_PINGS = 3;

  /** Host, port and credentials, parsed from {@code REDIS_URL}. */
  record Address(HostAndPort at, String user, String password, int database, boolean tls) {

    private static final String VARIABLE = "REDIS_URL";
    private static final Map<String, Integer> SCHEMES = Map.of("redis", 6379, "rediss", 6379);

    /** The index of {@code SELECT}; its upper bound is configured in Redis. */
    private static final Pattern DATABASE = Pattern.compile("[0-9]{1,9}");

    /**
     * @throws InvalidUrl if the text is no Redis URL; its message does not contain the password
     */
    static Address parse(String text) {
      var url = ServerUrl.parse(VARIABLE, text, SCHEMES).withoutParameters(VARIABLE, "redis");
      if (url.user() != null && url.password() == null) {
        throw new InvalidUrl(
            VARIABLE, "must name a password after the user: redis://:password@host without a user");
      }
      var address = url.address(VARIABLE);
      return new Address(
          // JedisURIHelper reads the host by java.net.URI, which refuses an underscore.
          new HostAndPort(address.host(), address.port()),
          url.user(),
          url.password(),
          database(url.path()),
          url.scheme().equals("rediss"));
    }

    private static int database(String path) {
      if (!path.isEmpty() && !DATABASE.matcher(path).matches()) {
        throw new InvalidUrl(
            VARIABLE, "has a path that is no database: it must be a number, as in /0, or empty");
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

  /** Returns the settings of a connection for commands. */
  JedisClientConfig forCommands() {
    return config(timeout);
  }

  /** Returns the settings of a subscribed connection, whose silence is a failure after 3 pings. */
  JedisClientConfig forSubscriptions() {
    return config((int) pingInterval.multipliedBy(MISSED_PINGS).toMillis());
  }

  private JedisClientConfig config(int socketTimeout) {
    // Without this, TLS accepts a valid certificate of any host.
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

  /** Returns the reason of a failure, with that of the first address that was not reached. */
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
