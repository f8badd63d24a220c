package dev.chatmultischema.stream;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.chatmultischema.auth.Authentication;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.JwtFactory;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.MessageStore;
import dev.chatmultischema.metrics.ChatMetrics;
import dev.chatmultischema.metrics.MetricsFactory;
import dev.chatmultischema.problem.ProblemMappers;
import dev.chatmultischema.redis.Redis;
import dev.chatmultischema.redis.RedisFactory;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.configuration.ResourceConfigurationSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.net.URI;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.jdbi.v3.core.Jdbi;

/** One node that does nothing but stream, and what a test needs to feed it. */
final class StreamNode implements AutoCloseable {

  static final String SECRET = "a secret that only tests know, of 32 bytes and more";

  /** The parts of the configuration that streams need. */
  public static final class Config extends Configuration {
    @JsonProperty DatabaseFactory database = new DatabaseFactory();
    @JsonProperty RedisFactory redis = new RedisFactory();
    @JsonProperty JwtFactory jwt = new JwtFactory();
    @JsonProperty StreamFactory stream = new StreamFactory();
  }

  /** The parts of the application that streams need. */
  public static final class App extends Application<Config> {
    private Jdbi jdbi;
    private Redis redis;
    private ChatMetrics metrics;

    @Override
    public void initialize(Bootstrap<Config> bootstrap) {
      bootstrap.setConfigurationSourceProvider(new ResourceConfigurationSourceProvider());
      bootstrap.getObjectMapper().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    }

    @Override
    public void run(Config config, Environment environment) {
      ProblemMappers.register(environment);
      jdbi = config.database.build(environment);
      metrics = new MetricsFactory().build(environment);
      redis = config.redis.build(environment);
      var users = new UserDirectory(jdbi.onDemand(UserDao.class));
      var tenants = new TenantDirectory(jdbi.onDemand(TenantDao.class));
      var authenticator = new JwtAuthenticator(config.jwt.build(), users);
      Authentication.register(environment, authenticator, tenants);
      config.stream.build(environment, redis, jdbi, authenticator, users, tenants, metrics);
    }
  }

  private static final AtomicInteger NODES = new AtomicInteger();

  private final DropwizardTestSupport<Config> support;
  private final App app;
  private final MessageStore store;

  /** A node with the shared servers, that are reached where it is said. */
  static StreamNode start(String databaseUrl, String redisUrl, Map<String, String> overrides)
      throws Exception {
    migrate();
    return new StreamNode(databaseUrl, redisUrl, overrides);
  }

  static StreamNode start(Map<String, String> overrides) throws Exception {
    return start(Backends.shared().databaseUrl(), Backends.shared().redisUrl(), overrides);
  }

  private static synchronized void migrate() throws Exception {
    var database = new DatabaseFactory();
    database.setUrl(Backends.shared().databaseUrl());
    try (var connection =
            DriverManager.getConnection(
                database.getUrl(), database.getUser(), database.getPassword());
        var liquibase =
            new Liquibase(
                "migrations/changelog.yaml",
                new ClassLoaderResourceAccessor(),
                new JdbcConnection(connection))) {
      liquibase.update("");
    }
  }

  private StreamNode(String databaseUrl, String redisUrl, Map<String, String> overrides)
      throws Exception {
    // Overrides are system properties: nodes of one JVM must not find each other's.
    var prefix = "stream-node-" + NODES.incrementAndGet();
    var settings = new ArrayList<ConfigOverride>();
    settings.add(ConfigOverride.config(prefix, "database.url", databaseUrl));
    settings.add(ConfigOverride.config(prefix, "redis.url", redisUrl));
    settings.add(ConfigOverride.config(prefix, "jwt.secret", SECRET));
    overrides.forEach((key, value) -> settings.add(ConfigOverride.config(prefix, key, value)));
    support =
        new DropwizardTestSupport<>(
            App.class, "stream-node.yml", prefix, settings.toArray(ConfigOverride[]::new));
    support.before();
    app = support.getApplication();
    store = new MessageStore(app.jdbi);
  }

  Jdbi jdbi() {
    return app.jdbi;
  }

  Redis redis() {
    return app.redis;
  }

  ChatMetrics metrics() {
    return app.metrics;
  }

  URI uri(String path) {
    return URI.create("http://localhost:%d%s".formatted(support.getLocalPort(), path));
  }

  /** Has Jetty stop as it does when the service is told to. */
  void stop() throws Exception {
    support.getEnvironment().getApplicationContext().getServer().stop();
  }

  int port() {
    return support.getLocalPort();
  }

  /** A message as lists show it. */
  String json(Message message) {
    try {
      return support.getObjectMapper().writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  User createUser(Role role) {
    var id = UUID.randomUUID();
    return app.jdbi
        .onDemand(UserDao.class)
        .insert(
            new User(
                id,
                "Somebody",
                id + "@example.com",
                role,
                null,
                false,
                Instant.now().truncatedTo(ChronoUnit.MILLIS)),
            "no hash");
  }

  /** Makes a user a member of a tenant, or of none. */
  void setTenant(User user, TenantId tenant) {
    app.jdbi.useHandle(
        handle ->
            handle.execute(
                "UPDATE users SET tenant_id = ? WHERE user_id = ?",
                tenant == null ? null : tenant.value(),
                user.userId()));
  }

  TenantId createTenant(User owner) {
    var tenant = TenantId.create();
    var partitions = new TenantPartitions(app.jdbi);
    var tenants = app.jdbi.onDemand(TenantDao.class);
    tenants.insert(tenant, "A tenant", owner.userId(), 1);
    return partitions.create(tenant, handle -> tenant);
  }

  static String token(User user, Instant expiresAt) {
    return JWT.create()
        .withIssuer("chat-multi-schema")
        .withSubject(user.userId().toString())
        .withExpiresAt(expiresAt)
        .sign(Algorithm.HMAC256(SECRET));
  }

  static String token(User user) {
    return token(user, Instant.now().plus(1, ChronoUnit.HOURS));
  }

  /** Stores without telling anybody. */
  List<Message> store(TenantId tenant, int count, String text) {
    var drafts =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new Draft(
                        UUID.randomUUID(),
                        null,
                        new Content("{\"text\":\"%s\"}".formatted(text)),
                        Instant.now().truncatedTo(ChronoUnit.MILLIS)))
            .toList();
    return store.append(tenant, drafts);
  }

  /** Stores and tells, as a consumer does. */
  List<Message> publish(TenantId tenant, int count, String text) {
    var stored = store(tenant, count, text);
    app.redis.broadcaster().broadcast(tenant, stored);
    return stored;
  }

  List<Message> publish(TenantId tenant, int count) {
    return publish(tenant, count, "hello");
  }

  @Override
  public void close() {
    support.after();
  }
}
