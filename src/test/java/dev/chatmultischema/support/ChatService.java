package dev.chatmultischema.support;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.ChatApplication;
import dev.chatmultischema.ChatConfiguration;
import dev.chatmultischema.auth.Passwords;
import dev.chatmultischema.config.ConfigurationFile;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.signing.Signatures;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/**
 * The whole service in this JVM, as {@code config.yml} describes it, on free ports; start several
 * on the same servers for several nodes.
 *
 * <pre>{@code
 * try (var chat = ChatService.start()) {
 *   var admin = chat.asAdmin();
 *   var tenant = admin.post("/tenants", Map.of("tenant_name", "Acme")).expect(201);
 *   admin.tenant(tenant.text("/tenant_id"))
 *       .post("/messages", Map.of("content", Map.of("text", "hello")))
 *       .expect(202);
 * }
 * }</pre>
 */
public final class ChatService implements AutoCloseable {

  public static final String PASSWORD = "correct horse battery";

  private static final String SECRET = "the secret of all test nodes, 32 bytes and more";
  private static final String PASSWORD_HASH = new Passwords().hash(PASSWORD);
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> MIGRATED = ConcurrentHashMap.newKeySet();

  private final DropwizardTestSupport<ChatConfiguration> support;
  private final Jdbi jdbi;

  private ChatService(DropwizardTestSupport<ChatConfiguration> support, Jdbi jdbi) {
    this.support = support;
    this.jdbi = jdbi;
  }

  /** Starts a node on the shared servers, migrates the database, and waits until it is ready. */
  public static ChatService start() {
    return on(Backends.shared()).start();
  }

  /** Returns the setup of a node on the given servers. */
  public static Setup on(Backends backends) {
    return new Setup(backends)
        .environment("DATABASE_URL", backends.databaseUrl())
        .environment("RABBITMQ_URL", backends.rabbitmqUrl())
        .environment("REDIS_URL", backends.redisUrl());
  }

  /** The environment and the settings with which a node starts. */
  public static final class Setup {

    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();

    private final Backends backends;

    private Setup(Backends backends) {
      this.backends = backends;
      environment.put("PORT", "0");
      environment.put("ADMIN_PORT", "0");
      environment.put("JWT_SECRET", SECRET);
      environment.put("LOG_LEVEL", "WARN");
    }

    /**
     * Sets an environment variable that {@code config.yml} takes a value from. A {@code
     * DATABASE_URL} of a superuser stands for the two roles of {@link DatabaseRoles}, unless {@code
     * DATABASE_OWNER_URL} is set too; the other URLs get the user of nodes.
     */
    public Setup environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Sets a key for which {@code config.yml} has no variable, as in {@code amqp.retryDelays}. */
    public Setup setting(String path, String yaml) {
      settings.put(path, yaml);
      return this;
    }

    /** Migrates the database, starts, and waits until the service is ready. */
    public ChatService start() {
      if (environment.containsKey("DATABASE_OWNER_URL")) {
        migrate(environment.get("DATABASE_URL"), environment);
      } else {
        migrate(environment.get("DATABASE_URL"));
      }
      var service = startAnyway();
      service.awaitReady();
      return service;
    }

    /** Starts without a migration, and without waiting until it is ready. */
    public ChatService startAnyway() {
      var support =
          new DropwizardTestSupport<>(ChatApplication.class, "config.yml", this::configuration);
      try {
        support.before();
      } catch (Exception e) {
        throw new IllegalStateException("the service does not start", e);
      }
      return new ChatService(support, jdbi(environment.get("DATABASE_URL")));
    }

    private InputStream configuration(String path) throws IOException {
      var variables = new HashMap<>(environment);
      if (!variables.containsKey("DATABASE_OWNER_URL")) {
        variables.putAll(DatabaseRoles.environment(variables.get("DATABASE_URL")));
      }
      variables.putAll(
          backends.loginsOfNodes(variables.get("RABBITMQ_URL"), variables.get("REDIS_URL")));
      try (var file = ConfigurationFile.with(variables::get).open(path)) {
        var tree = (ObjectNode) YAML.readTree(file);
        for (var setting : settings.entrySet()) {
          var pointer = JsonPointer.compile("/" + setting.getKey().replace('.', '/'));
          tree.withObject(pointer.head())
              .set(pointer.last().getMatchingProperty(), YAML.readTree(setting.getValue()));
        }
        return new ByteArrayInputStream(YAML.writeValueAsBytes(tree));
      }
    }
  }

  /** Returns the signatures of all nodes that are started here. */
  public static Signatures signatures() {
    return new Signatures(List.of(SECRET.getBytes(StandardCharsets.UTF_8)));
  }

  /** Runs {@code db migrate}, once for a database. */
  public static void migrate(String databaseUrl) {
    migrate(databaseUrl, DatabaseRoles.environment(databaseUrl));
  }

  private static void migrate(String databaseUrl, Map<String, String> environment) {
    if (MIGRATED.add(databaseUrl)) {
      var migrated = CommandLine.run(environment, "", "db", "migrate", "config.yml");
      assertTrue(migrated.succeeded(), migrated.err());
    }
  }

  /** Opens a connection to a database for each use, without a pool. */
  public static Jdbi jdbi(String databaseUrl) {
    var database = new DatabaseFactory();
    database.setUrl(databaseUrl);
    return Jdbi.create(database.getUrl(), database.getUser(), database.getPassword())
        .installPlugin(new SqlObjectPlugin());
  }

  public void awaitReady() {
    await("readiness")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> admin().get("/health-check?type=ready").status(), status -> status == 200);
  }

  /** Returns the URI of the application port. */
  public URI uri() {
    return URI.create("http://localhost:" + support.getLocalPort());
  }

  /** Returns the URI of the admin port. */
  public URI adminUri() {
    return URI.create("http://localhost:" + support.getAdminPort());
  }

  /** Returns a client of the application port without a token. */
  public ChatClient anonymous() {
    return new ChatClient(uri(), Map.of());
  }

  /** Returns a client of the application port with a token. */
  public ChatClient as(String token) {
    return anonymous().as(token);
  }

  /** Returns a client of the application port with the token of a new admin. */
  public ChatClient asAdmin() {
    return as(adminToken());
  }

  /** Returns the token of a new admin. */
  public String adminToken() {
    return login(addUser(Role.ADMIN, null));
  }

  /** Returns a client of the application port with the token of a new user without a tenant. */
  public ChatClient asUser() {
    return as(login(addUser(Role.USER, null)));
  }

  /**
   * Returns a client of the application port with the token of a new member of a tenant, and with
   * that tenant.
   */
  public ChatClient asMember(TenantId tenant) {
    return as(login(addUser(Role.USER, tenant))).tenant(tenant);
  }

  /** Returns a client of the admin port. */
  public ChatClient admin() {
    return new ChatClient(adminUri(), Map.of());
  }

  /** Inserts a user whose password is {@link #PASSWORD} into the database. */
  public User addUser(Role role, TenantId tenant) {
    var id = UuidCreator.getTimeOrderedEpoch();
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var user = new User(id, "User " + id, id + "@example.com", role, tenant, false, now);
    return jdbi.onDemand(UserDao.class).insert(user, PASSWORD_HASH);
  }

  /** Logs in over HTTP, and returns the token. */
  public String login(User user) {
    return anonymous()
        .post("/authentication/login", Map.of("email", user.email(), "password", PASSWORD))
        .expect(200)
        .text("/token");
  }

  /** Creates a tenant over HTTP. */
  public TenantId addTenant(String ownersToken) {
    var created = as(ownersToken).post("/tenants", Map.of("tenant_name", "A tenant")).expect(201);
    return TenantId.fromString(created.text("/tenant_id"));
  }

  /** Returns a token like those of {@link #login}, with another lifetime. */
  public static String token(User user, Duration lifetime) {
    return JWT.create()
        .withIssuer("chat-multi-schema")
        .withSubject(user.userId().toString())
        .withExpiresAt(Instant.now().plus(lifetime))
        .sign(Algorithm.HMAC256(SECRET));
  }

  /** Returns the value of a metric of a tenant, 0 if there is none. */
  public double metric(String name, TenantId tenant) {
    var sample = "%s{tenant=\"%s\",} ".formatted(name, tenant);
    return admin()
        .get("/prometheus?name%5B%5D=" + name)
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith(sample))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
        .sum();
  }

  /** Returns the service's database, without its pool. */
  public Jdbi jdbi() {
    return jdbi;
  }

  /** Stops the service gracefully, as on a signal. */
  @Override
  public void close() {
    support.after();
  }
}
