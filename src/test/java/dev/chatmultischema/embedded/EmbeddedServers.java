package dev.chatmultischema.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * PostgreSQL, Redis and an AMQP broker for one run, on free loopback ports.
 *
 * <p>There is no shutdown hook: the caller that starts the servers closes them, after the service
 * that uses them. If this JVM ends before that, the servers stop nevertheless.
 */
public final class EmbeddedServers implements AutoCloseable {

  private final PostgresServer postgres;
  private final RedisServer redis;
  private final AmqpBroker broker;

  private EmbeddedServers(PostgresServer postgres, RedisServer redis, AmqpBroker broker) {
    this.postgres = postgres;
    this.redis = redis;
    this.broker = broker;
  }

  /**
   * Starts the three in parallel and returns when all are ready; if one cannot start, stops the
   * others and throws {@link IllegalStateException}.
   *
   * @param progress accepts a line of text for each step, on any thread
   */
  public static EmbeddedServers start(Consumer<String> progress) {
    progress.accept("Starting PostgreSQL, Redis and an AMQP broker");
    var postgres = inBackground(PostgresServer::start);
    var redis = inBackground(RedisServer::start);
    var broker = inBackground(AmqpBroker::start);
    try {
      CompletableFuture.allOf(
              postgres.thenAccept(server -> progress.accept("PostgreSQL is ready")),
              redis.thenAccept(server -> progress.accept("Redis is ready")),
              broker.thenAccept(server -> progress.accept("The AMQP broker is ready")))
          .join();
      return new EmbeddedServers(postgres.join(), redis.join(), broker.join());
    } catch (CompletionException e) {
      Stream.of(postgres, redis, broker).forEach(EmbeddedServers::closeIfStarted);
      throw new IllegalStateException("The embedded servers do not start", e.getCause());
    }
  }

  /** Returns a PostgreSQL URL of a superuser. */
  public String databaseUrl() {
    return postgres.url();
  }

  /**
   * Creates a database for the two roles of a deployment, and returns the superuser's URL of it.
   */
  String newDatabase() {
    return Backends.newDatabase(postgres.url(), "chat");
  }

  public String rabbitmqUrl() {
    return broker.url();
  }

  public String redisUrl() {
    return redis.url();
  }

  /** Stops all three; throws {@link IllegalStateException} if one does not within 20 seconds. */
  @Override
  public void close() {
    try (postgres;
        redis) {
      broker.close();
    }
  }

  private static <T> CompletableFuture<T> inBackground(Supplier<T> start) {
    return CompletableFuture.supplyAsync(
        start, task -> new Thread(task, "embedded-servers").start());
  }

  private static <T extends AutoCloseable> void closeIfStarted(CompletableFuture<T> start) {
    try {
      start.join().close();
    } catch (CompletionException e) {
      // It did not start, so it has closed itself; the caller reports the first such failure.
    } catch (Exception e) {
      throw new IllegalStateException("An embedded server does not stop", e);
    }
  }
}
