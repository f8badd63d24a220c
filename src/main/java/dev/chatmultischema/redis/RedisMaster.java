package dev.chatmultischema.redis;

import dev.chatmultischema.logging.OutageLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The server that nodes publish and subscribe at, found by its address or by sentinels.
 *
 * <p>A server that was demoted to a replica accepts PUBLISH and SUBSCRIBE as before, but what is
 * published at it reaches no other server. So connections check its role by {@code ROLE}.
 */
final class RedisMaster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RedisMaster.class);

  /** The time until a server that refused {@code ROLE} is asked again. */
  private static final long REFUSED_NANOS = Duration.ofMinutes(1).toNanos();

  private final RedisEndpoint endpoint;
  private final Sentinels sentinels;
  private final OutageLog refused;
  private volatile HostAndPort known;
  private volatile long askAgain = System.nanoTime();

  RedisMaster(RedisEndpoint endpoint) {
    this.endpoint = endpoint;
    this.refused =
        new OutageLog(
            LOG,
            "could not check the role of Redis at " + endpoint,
            "a server that becomes a replica is not noticed until its user gets +role",
            "checking the role of Redis at " + endpoint + " again");
    if (endpoint.url().hasSentinels()) {
      sentinels = new Sentinels(endpoint);
    } else {
      sentinels = null;
      // JedisURIHelper reads the host by java.net.URI, which refuses an underscore.
      var server = endpoint.url().servers().get(0);
      known = new HostAndPort(server.host(), server.port());
    }
  }

  /**
   * Returns the address to connect to, that of the URL or the one that the sentinels name.
   *
   * @throws JedisConnectionException if no sentinel knows it
   */
  HostAndPort locate() {
    if (sentinels != null) {
      known = sentinels.master();
    }
    return known;
  }

  /** Returns the last known address, null if no sentinel has named one yet. */
  HostAndPort known() {
    return known;
  }

  /** Returns whether to ask for the role: not for a minute after the server has refused. */
  boolean checksRole() {
    return System.nanoTime() - askAgain >= 0;
  }

  /**
   * Asks the server of a connection for its role.
   *
   * @throws JedisConnectionException if it is a replica
   */
  void requireMaster(Connection connection) {
    if (isReplica(connection)) {
      throw replica(connection.getHostAndPort());
    }
  }

  static JedisConnectionException replica(HostAndPort server) {
    return new JedisConnectionException(
        server + " is a replica, which forwards nothing that is published at it");
  }

  /** Asks the server of a connection whether it is a replica; false if that is not to be known. */
  boolean isReplica(Connection connection) {
    if (!checksRole()) {
      return false;
    }
    try {
      return isReplica(connection.executeCommand(Command.ROLE));
    } catch (JedisDataException e) {
      return isReplica(e);
    }
  }

  /**
   * Returns whether a server is a replica; false if that is not to be known.
   *
   * @param role the response to {@code ROLE}, or the exception for one that is refused
   */
  boolean isReplica(Object role) {
    if (role instanceof JedisDataException e) {
      askAgain = System.nanoTime() + REFUSED_NANOS;
      refused.down(String.valueOf(e.getMessage()));
      return false;
    }
    refused.up();
    return role instanceof List<?> parts
        && !parts.isEmpty()
        && parts.get(0) instanceof byte[] name
        && new String(name, StandardCharsets.US_ASCII).equals("slave");
  }

  /** Closes the connections to sentinels. */
  @Override
  public void close() {
    if (sentinels != null) {
      sentinels.close();
    }
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }
}
