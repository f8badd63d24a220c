package dev.chatmultischema.redis;

import com.codahale.metrics.health.HealthCheck;
import dev.chatmultischema.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Opens a connection to the master, sends PING, and publishes and subscribes to channels without
 * subscribers whose names match those of the service. It lasts at most a few of the configured
 * timeouts.
 *
 * <p>Access control lists of Redis grant commands and channels by name, so a response to PING alone
 * verifies neither.
 */
final class RedisHealthCheck extends HealthCheck {

  /** Channels of a tenant and of a topic that do not exist. */
  private static final List<String> CHANNELS =
      List.of(PubSubChannels.tenant(new TenantId(new UUID(0, 0))), PubSubChannels.wakeup("health"));

  private final RedisMaster master;
  private final RedisEndpoint endpoint;

  RedisHealthCheck(RedisMaster master, RedisEndpoint endpoint) {
    this.master = master;
    this.endpoint = endpoint;
  }

  private record Request(Command command, String... arguments) {}

  @Override
  protected Result check() {
    long start = System.nanoTime();
    try (var connection = new Connection(master.locate(), endpoint.forCommands())) {
      master.requireMaster(connection);
      var refusals = refusals(connection);
      return refusals.isEmpty()
          ? Result.healthy(
              "PING answered in %d ms by %s",
              TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), connection.getHostAndPort())
          : Result.unhealthy("%s", String.join("; ", refusals));
    } catch (JedisException e) {
      return Result.unhealthy("%s", RedisEndpoint.reason(e));
    }
  }

  /** Sends all requests, then reads all responses: one round trip. */
  private static List<String> refusals(Connection connection) {
    var requests = new ArrayList<Request>();
    requests.add(new Request(Command.PING));
    CHANNELS.forEach(channel -> requests.add(new Request(Command.PUBLISH, channel, "")));
    // Last, since a subscribed connection accepts few other commands.
    CHANNELS.forEach(channel -> requests.add(new Request(Command.SUBSCRIBE, channel)));
    requests.forEach(request -> connection.sendCommand(request.command(), request.arguments()));
    var refusals = new ArrayList<String>();
    for (var request : requests) {
      try {
        var unused = connection.getOne();
      } catch (JedisDataException e) {
        refusals.add(
            request.command()
                + " "
                + String.join(" ", request.arguments())
                + " is refused: "
                + e.getMessage());
      }
    }
    return refusals;
  }
}
