package dev.chatmultischema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.chatmultischema.auth.UnusableKey;
import dev.chatmultischema.config.ConfigurationFile;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Reads {@code config.yml} with variables of the environment. */
final class ConfigurationTest {

  private static final String DATABASE = "database: {url: \"postgres://localhost/chat\"}\n";
  private static final String SECRET = "a secret that has at least 32 bytes";

  @Test
  void needsOnlyASecret() throws Exception {
    var config = read(Map.of("JWT_SECRET", SECRET));

    assertEquals(9000, port(config));
    assertEquals(9001, adminPort(config));
    assertEquals("jdbc:postgresql://localhost:5432/chat", config.database().getUrl());
    assertEquals(3, config.provisioning().getWorkers());
    assertDoesNotThrow(() -> config.auth().build());
  }

  @Test
  void readsEveryVariable() throws Exception {
    var config =
        read(
            Map.of(
                "PORT", "8080",
                "ADMIN_PORT", "8081",
                "DATABASE_URL", "postgres://ann:p%40ss@db.example:5433/talk?sslmode=require",
                "RABBITMQ_URL", "amqps://ann:pass@mq.example:5671/talk",
                "REDIS_URL", "rediss://:pass@redis.example:6380",
                "WORKERS", "7",
                "NODE_ID", "node-1",
                "LOG_FORMAT", "json",
                "LOG_LEVEL", "DEBUG"));

    assertEquals(8080, port(config));
    assertEquals(8081, adminPort(config));
    assertEquals(
        "jdbc:postgresql://db.example:5433/talk?sslmode=require", config.database().getUrl());
    assertEquals("ann", config.database().getUser());
    assertEquals("p@ss", config.database().getPassword());
    assertEquals(7, config.provisioning().getWorkers());
    assertEquals("node-1", config.nodeId());
  }

  @Test
  void usesTheDefaultForAnEmptyVariable() throws Exception {
    var config = read(Map.of("PORT", "", "DATABASE_URL", "", "NODE_ID", "", "LOG_FORMAT", ""));

    assertEquals(9000, port(config));
    assertFalse(config.nodeId().isEmpty());
  }

  @Test
  void generatesAUniqueNodeId() throws Exception {
    assertNotEquals(read(Map.of()).nodeId(), read(Map.of()).nodeId());
  }

  @Test
  void acceptsAJdbcUrl() throws Exception {
    var url = "jdbc:postgresql://db.example/chat?user=ann&password=pass";

    assertEquals(url, read(Map.of("DATABASE_URL", url)).database().getUrl());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01234567890123456789012345678901",
        "# 'quotes' \"double\" \\back\\slash: {a} [b]",
        "${HOME} ${JWT_SECRET} $$ %s and some more",
        "line one is long enough\nline two"
      })
  void acceptsAnySecretUnchanged(String secret) throws Exception {
    assertDoesNotThrow(() -> read(Map.of("JWT_SECRET", secret)).auth().build());
  }

  @Test
  void refusesAMissingSecret() throws Exception {
    var auth = read(Map.of()).auth();

    var refused = assertThrows(UnusableKey.class, auth::build);
    assertTrue(refused.getMessage().contains("JWT_SECRET is not set"));
  }

  @Test
  void refusesAShortSecretWithoutShowingIt() throws Exception {
    var auth = read(Map.of("JWT_SECRET", "hunter2")).auth();

    var refused = assertThrows(UnusableKey.class, auth::build);
    assertTrue(refused.getMessage().contains("JWT_SECRET has 7 bytes"));
    assertFalse(refused.getMessage().contains("hunter2"));
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL, mysql://localhost/chat, DATABASE_URL",
    "DATABASE_URL, postgres://localhost, DATABASE_URL",
    "RABBITMQ_URL, http://localhost, RABBITMQ_URL",
    "REDIS_URL, http://localhost, REDIS_URL",
    "LOG_FORMAT, xml, 'logging.appenders.[0].layout'",
    "CORS_ORIGINS, chat.example.com, CORS_ORIGINS",
    "CORS_ORIGINS, https://chat.example.com/, CORS_ORIGINS",
    "CORS_ORIGINS, 'https://a.example https://b.example', CORS_ORIGINS",
    "PORT, ninety, 'server.applicationConnectors.[0].port'",
    "ADMIN_PORT, 70000, 'server.adminConnectors[0].port'",
    "WORKERS, 0, provisioning.workers",
    "WORKERS, 65, provisioning.workers",
    "NODE_ID, a b, nodeId"
  })
  void namesTheInvalidValue(String variable, String value, String named) {
    var refused = assertThrows(ConfigurationException.class, () -> read(Map.of(variable, value)));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }

  @Test
  void acceptsFormerNamesOfSections(@TempDir Path directory) throws Exception {
    var file =
        file(
            directory,
            """
            rabbitmq: {url: "amqp://former.example/"}
            jwt: {secret: "%s"}
            consumers: {maxHeld: 1GiB}
            tenants: {workers: 5}
            readiness: {interval: 7s}
            responses: {maxPage: 3KiB}
            http: {maxWaitingRequests: 9}
            """
                .formatted(SECRET));

    var config = read(file);

    assertDoesNotThrow(() -> config.auth().build());
    assertEquals(5, config.provisioning().getWorkers());
    assertEquals("7 seconds", config.health().getInterval().toString());
    assertEquals(3 * 1024, config.http().responses().maxPageBytes());
  }

  @Test
  void warnsOnceOfEachFormerName(@TempDir Path directory) throws Exception {
    var file = file(directory, "tenants: {workers: 5}\njwt: {secret: x}\n");

    var warnings = warnings(() -> read(file));

    assertEquals(
        List.of(
            file + ": section jwt is now called auth; the next release will refuse the old name",
            file
                + ": section tenants is now called provisioning; the next release will refuse the"
                + " old name"),
        warnings);
    assertEquals(List.of(), warnings(() -> read(file(directory, "auth: {secret: x}"))));
  }

  @Test
  void acceptsFormerNamesOfSectionsInSystemProperties(@TempDir Path directory) throws Exception {
    var file = file(directory, "rabbitmq: {url: \"amqp://file.example/\"}");
    var previous = System.setProperty("dw.tenants.workers", "6");
    try {
      var warnings = warnings(() -> assertEquals(6, read(file).provisioning().getWorkers()));

      assertEquals(2, warnings.size(), warnings.toString());
      assertTrue(
          warnings
              .get(1)
              .startsWith(
                  "system property dw.tenants.workers is now called dw.provisioning.workers"),
          warnings.get(1));
    } finally {
      assertNull(previous);
      System.clearProperty("dw.tenants.workers");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'rabbitmq: {}\n amqp: {}', amqp is given twice",
    "'responses: {}\nhttp: {responses: {}}', http.responses is given twice"
  })
  void refusesASectionUnderBothNames(String yaml, String named, @TempDir Path directory)
      throws Exception {
    var file = file(directory, yaml.replace("\\n", "\n").replace("\n ", "\n"));

    var refused = assertThrows(ConfigurationException.class, () -> read(file));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }

  @Test
  void refusesASystemPropertyUnderBothNames(@TempDir Path directory) throws Exception {
    var file = file(directory, "auth: {secret: x}");
    System.setProperty("dw.tenants.workers", "6");
    System.setProperty("dw.provisioning.workers", "6");
    try {
      var refused = assertThrows(ConfigurationException.class, () -> read(file));
      assertTrue(
          refused.getMessage().contains("dw.provisioning.workers is given twice"),
          refused.getMessage());
    } finally {
      System.clearProperty("dw.tenants.workers");
      System.clearProperty("dw.provisioning.workers");
    }
  }

  private static List<String> warnings(ThrowingRunnable reading) throws Exception {
    var logger = (Logger) LoggerFactory.getLogger("dev.chatmultischema.config");
    var events = new ListAppender<ILoggingEvent>();
    events.start();
    logger.addAppender(events);
    try {
      reading.run();
    } finally {
      logger.detachAppender(events);
    }
    return events.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  private static String file(Path directory, String yaml) throws IOException {
    return Files.writeString(directory.resolve("chat.yml"), DATABASE + yaml).toString();
  }

  private static ChatConfiguration read(Map<String, String> environment) throws Exception {
    return read(environment, "config.yml");
  }

  private static ChatConfiguration read(String file) throws Exception {
    return read(Map.of(), file);
  }

  private static ChatConfiguration read(Map<String, String> environment, String file)
      throws Exception {
    var application = new ChatApplication();
    var bootstrap = new Bootstrap<>(application);
    application.initialize(bootstrap);
    return bootstrap
        .getConfigurationFactoryFactory()
        .create(
            ChatConfiguration.class,
            bootstrap.getValidatorFactory().getValidator(),
            bootstrap.getObjectMapper(),
            "dw")
        .build(ConfigurationFile.with(environment::get), file);
  }

  private static int port(ChatConfiguration config) {
    var server = (DefaultServerFactory) config.getServerFactory();
    return ((HttpConnectorFactory) server.getApplicationConnectors().get(0)).getPort();
  }

  private static int adminPort(ChatConfiguration config) {
    var server = (DefaultServerFactory) config.getServerFactory();
    return ((HttpConnectorFactory) server.getAdminConnectors().get(0)).getPort();
  }
}
