package dev.chatmultischema.redis;

import dev.chatmultischema.url.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Asks the sentinels for the address of the master, over connections that stay open.
 *
 * <p>All are asked, since one that is cut off from the others still names the former master. The
 * answer with the highest configuration epoch is the latest.
 */
final class Sentinels implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sentinels.class);

  private final RedisEndpoint endpoint;
  private final Map<HostPort, Connection> connections = new HashMap<>();

  /** The sentinels that have demanded a login. */
  private final Set<HostPort> loggedIn = new HashSet<>();

  private Answer latest;

  private record Answer(HostAndPort master, long epoch) {}

  Sentinels(RedisEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Returns the address of the master.
   *
   * @throws JedisConnectionException if no sentinel knows it; its message has the reason of each
   */
  synchronized HostAndPort master() {
    var sentinels = new ArrayList<>(endpoint.url().servers());
    Collections.shuffle(sentinels);
    var answers = new ArrayList<Answer>();
    var failures = new ArrayList<String>();
    for (var sentinel : sentinels) {
      try {
        ask(sentinel)
            .ifPresentOrElse(
                answers::add, () -> failures.add(sentinel + " knows no master of this name"));
      } catch (JedisException e) {
        disconnect(sentinel);
        // It may have no login any more when it is asked again.
        loggedIn.remove(sentinel);
        failures.add(sentinel + ": " + RedisEndpoint.reason(e));
      }
    }
    if (answers.isEmpty()) {
      Collections.sort(failures);
      throw new JedisConnectionException(
          String.format(
              Locale.ROOT,
              "no sentinel names the master %s: %s",
              endpoint.url().masterName(),
              String.join("; ", failures)));
    }
    var newest = Collections.max(answers, Comparator.comparingLong(Answer::epoch));
    // A lower epoch is that of a sentinel that is cut off, or of sentinels that were set up anew.
    if (latest == null
        || newest.epoch() >= latest.epoch()
        || answers.size() * 2 > sentinels.size()) {
      latest = newest;
    }
    return latest.master();
  }

  private Optional<Answer> ask(HostPort sentinel) {
    try {
      return ask(connection(sentinel));
    } catch (JedisDataException e) {
      if (!demandsLogin(e) || login() == null || !loggedIn.add(sentinel)) {
        throw e;
      }
      disconnect(sentinel);
      return ask(connection(sentinel));
    }
  }

  /** Sentinels refuse everything else with NOAUTH or NOPERM if they have a user or a password. */
  private static boolean demandsLogin(JedisDataException refused) {
    var message = String.valueOf(refused.getMessage());
    return message.startsWith("NOAUTH") || message.startsWith("NOPERM");
  }

  private RedisCredentials login() {
    var url = endpoint.url();
    if (endpoint.sentinelLogin() != null) {
      return endpoint.sentinelLogin();
    }
    return url.password() == null
        ? null
        : new DefaultRedisCredentials(url.user(), url.password().toCharArray());
  }

  private Connection connection(HostPort sentinel) {
    var open = connections.get(sentinel);
    if (open == null) {
      // Sentinels without a password refuse every login.
      boolean login = endpoint.sentinelLogin() != null || loggedIn.contains(sentinel);
      open =
          new Connection(
              new HostAndPort(sentinel.host(), sentinel.port()),
              endpoint.forSentinel(login ? login() : null));
      connections.put(sentinel, open);
    }
    return open;
  }

  /**
   * Asks with two commands in one round trip. While a failover lasts, the sentinel that leads it
   * names the new master only by the first one; the second one has the epoch.
   */
  private Optional<Answer> ask(Connection connection) {
    var name = endpoint.url().masterName();
    connection.sendCommand(Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", name);
    connection.sendCommand(Command.SENTINEL, "MASTER", name);
    Object address;
    long epoch = 0;
    try {
      address = connection.getOne();
    } finally {
      epoch = epoch(connection);
    }
    return address instanceof List<?> parts && parts.size() == 2
        ? Optional.of(
            new Answer(
                new HostAndPort(text(parts.get(0)), Integer.parseInt(text(parts.get(1)))), epoch))
        : Optional.empty();
  }

  /** Returns the configuration epoch; 0 if the sentinel does not know it or refuses. */
  private static long epoch(Connection connection) {
    try {
      if (connection.getOne() instanceof List<?> fields) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
          if (text(fields.get(i)).equals("config-epoch")) {
            return Long.parseLong(text(fields.get(i + 1)));
          }
        }
      }
    } catch (JedisDataException e) {
      LOG.debug("no configuration epoch", e);
    }
    return 0;
  }

  private static String text(Object bytes) {
    return bytes instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : "";
  }

  private void disconnect(HostPort sentinel) {
    var open = connections.remove(sentinel);
    if (open != null) {
      close(open);
    }
  }

  private static void close(Connection open) {
    try {
      open.close();
    } catch (JedisException e) {
      LOG.debug("closing a lost connection failed", e);
    }
  }

  @Override
  public synchronized void close() {
    connections.values().forEach(Sentinels::close);
    connections.clear();
  }
}
