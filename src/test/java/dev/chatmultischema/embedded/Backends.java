package dev.chatmultischema.embedded;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The servers of tests, which only this class chooses.
 *
 * <p>A server named by {@code TEST_DATABASE_URL}, {@code TEST_RABBITMQ_URL} or {@code
 * TEST_REDIS_URL} (environment or system property) is used as it is. The others are containers if
 * the system property {@code chat.backends} is {@code containers}, else embedded. Each starts at
 * its first use.
 */
public final class Backends implements AutoCloseable {

  private static final Backends SHARED = shareUntilTheJvmEnds();

  private final Choice postgres;
  private final Choice rabbitmq;
  private final Choice redis;
  private final String rabbitmqLogin;
  private final String redisLogin;
  private final List<String> databases = new ArrayList<>();
  private String database;

  /**
   * @param setting gives the value of a setting, null if there is none
   */
  Backends(UnaryOperator<String> setting) {
    postgres =
        Choice.of(
            setting,
            "TEST_DATABASE_URL",
            Containers::postgres,
            () -> embedded(PostgresServer.start()));
    rabbitmq =
        Choice.of(
            setting, "TEST_RABBITMQ_URL", Containers::rabbitmq, () -> embedded(AmqpBroker.start()));
    redis =
        Choice.of(
            setting, "TEST_REDIS_URL", Containers::redis, () -> embedded(RedisServer.start()));
    rabbitmqLogin = rabbitmq.given() ? setting.apply("TEST_RABBITMQ_LOGIN") : null;
    redisLogin =
        redis.given()
            ? setting.apply("TEST_REDIS_LOGIN")
            : redis.embedded() ? RedisServer.LOGIN : null;
  }

  /** Returns the servers that settings name, as in {@code TEST_REDIS_URL}. */
  public static Backends given(Map<String, String> settings) {
    return new Backends(settings::get);
  }

  /** Returns the servers of this JVM, which stop when it ends and must not be closed before. */
  public static Backends shared() {
    return SHARED;
  }

  /** Returns the URL of this object's own database, which is empty at its first use. */
  public synchronized String databaseUrl() {
    if (database == null) {
      database = newDatabase();
    }
    return database;
  }

  public String rabbitmqUrl() {
    return rabbitmq.url();
  }

  public String redisUrl() {
    return redis.url();
  }

  /**
   * Returns the URLs of a node for those of tests: with the user of nodes and its permissions, in
   * place of that of tests.
   */
  public Map<String, String> loginsOfNodes(String rabbitmqUrl, String redisUrl) {
    return Map.of(
        "RABBITMQ_URL", withLogin(rabbitmqUrl, rabbitmqUrl(), rabbitmqLogin),
        "REDIS_URL", withLogin(redisUrl, redisUrl(), redisLogin));
  }

  private static String withLogin(String url, String ofTests, String login) {
    var parsed = ServersUrl.parse(url);
    return login == null || !parsed.login().equals(ServersUrl.parse(ofTests).login())
        ? url
        : parsed.withLogin(login).toString();
  }

  /** Returns whether the broker is the embedded one, with the differences in {@link AmqpBroker}. */
  public boolean embedded() {
    return rabbitmq.embedded();
  }

  /** Returns whether Redis is embedded. */
  boolean embeddedRedis() {
    return redis.embedded();
  }

  /**
   * Creates another empty database, which is dropped with this object, and returns the URL of a
   * superuser; nodes connect by those of {@link DatabaseRoles}. Throws {@link
   * IllegalStateException} if the server refuses.
   */
  public synchronized String newDatabase() {
    var name = "chat_test_" + UUID.randomUUID().toString().replace("-", "");
    databases.add(name);
    return newDatabase(postgres.url(), name);
  }

  /** Creates a database on the server of a superuser's URL, and returns its URL. */
  static String newDatabase(String serverUrl, String name) {
    DatabaseRoles.creation().forEach(sql -> execute(serverUrl, sql));
    execute(serverUrl, DatabaseRoles.newDatabase(name));
    var url = ServersUrl.parse(serverUrl).withPath("/" + name).toString();
    DatabaseRoles.add(url);
    return url;
  }

  /** Drops the databases and stops the servers that this object has started. */
  @Override
  public synchronized void close() {
    try (postgres;
        redis;
        rabbitmq) {
      // A server that was started here is removed with its databases.
      if (postgres.given()) {
        databases.forEach(
            name -> onServer("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name)));
        if (this == SHARED) {
          DatabaseRoles.removal().forEach(this::onServer);
        }
      }
    }
  }

  private void onServer(String sql) {
    execute(postgres.url(), sql);
  }

  private static void execute(String url, String sql) {
    var server = ServersUrl.parse(url);
    var jdbcUrl = server.jdbc();
    try (var connection = DriverManager.getConnection(jdbcUrl, server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("%s failed at %s".formatted(sql, jdbcUrl), e);
    }
  }

  private static Server embedded(PostgresServer server) {
    return new Server(server.url(), server);
  }

  private static Server embedded(AmqpBroker server) {
    return new Server(server.url(), server);
  }

  private static Server embedded(RedisServer server) {
    return new Server(server.url(), server);
  }

  private static Backends shareUntilTheJvmEnds() {
    var backends = new Backends(name -> System.getProperty(name, System.getenv(name)));
    Runtime.getRuntime().addShutdownHook(new Thread(backends::close, "backends-close"));
    return backends;
  }

  /** A running server, and the resource that stops it. */
  record Server(String url, AutoCloseable resource) {}

  /** One of the three ways to start a server, at the first use of its URL. */
  private static final class Choice implements AutoCloseable {

    private final String given;
    private final boolean embedded;
    private final Supplier<Server> start;
    private Server server;

    private Choice(String given, boolean embedded, Supplier<Server> start) {
      this.given = given;
      this.embedded = embedded;
      this.start = start;
    }

    static Choice of(
        UnaryOperator<String> setting,
        String variable,
        Supplier<Server> container,
        Supplier<Server> embedded) {
      var given = setting.apply(variable);
      if (given != null && !given.isBlank()) {
        return new Choice(given, false, null);
      }
      return "containers".equals(setting.apply("chat.backends"))
          ? new Choice(null, false, container)
          : new Choice(null, true, embedded);
    }

    boolean given() {
      return given != null;
    }

    boolean embedded() {
      return embedded;
    }

    synchronized String url() {
      if (given != null) {
        return given;
      }
      if (server == null) {
        server = start.get();
      }
      return server.url();
    }

    @Override
    public synchronized void close() {
      if (server == null) {
        return;
      }
      try {
        server.resource().close();
      } catch (Exception e) {
        throw new IllegalStateException(
            "The server at %s does not stop".formatted(server.url()), e);
      }
    }
  }
}
