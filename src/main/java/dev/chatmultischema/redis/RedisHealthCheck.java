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
 * Connects anew, sends PING, and publishes and subscribes where nobody listens, on channels named
 * as the service's are; takes at most a few timeouts, each bounded by the settings.
 *
 * <p>Redis gives a user commands and channels by name (ACL), so PING alone shows neither.
 */
final class RedisHealthCheck extends HealthCheck {

  /** The channels of a tenant and of a topic that do not exist. */
  private static final List<String> CHANNELS =
      List.of(Channels.tenant(new TenantId(new UUID(0, 0))), Channels.wakeup("health"));

  private final RedisServer server;

  RedisHealthCheck(RedisServer server) {
    this.server = server;
  }

  private record Request(Command command, String... arguments) {}

  @Override
  protected Result check() {
    long start = System.nanoTime();
    try (var connection = new Connection(server.at(), server.forCommands())) {
      var refusals = refusals(connection);
      return refusals.isEmpty()
          ? Result.healthy(
              "PING answered in %d ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          : Result.unhealthy("%s", String.join("; ", refusals));
    } catch (JedisException e) {
      return Result.unhealthy("%s", RedisServer.reason(e));
    }
  }

  /** Sends all requests, then reads all answers: one round trip. */
  private static List<String> refusals(Connection connection) {
    var requests = new ArrayList<Request>();
    requests.add(new Request(Command.PING));
    CHANNELS.forEach(channel -> requests.add(new Request(Command.PUBLISH, channel, "")));
    // Last, since nothing else may follow on a connection that subscribed.
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
