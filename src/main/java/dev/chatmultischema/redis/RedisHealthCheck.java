package dev.chatmultischema.redis;

import com.codahale.metrics.health.HealthCheck;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/** Connects anew and sends PING; takes at most a few timeouts, each bounded by the settings. */
final class RedisHealthCheck extends HealthCheck {

  private final RedisServer server;

  RedisHealthCheck(RedisServer server) {
    this.server = server;
  }

  @Override
  protected Result check() {
    long start = System.nanoTime();
    try (var connection = new Connection(server.at(), server.forCommands())) {
      return connection.ping()
          ? Result.healthy(
              "PING answered in %d ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          : Result.unhealthy("PING not answered with PONG");
    } catch (JedisException e) {
      return Result.unhealthy(RedisServer.reason(e));
    }
  }
}
