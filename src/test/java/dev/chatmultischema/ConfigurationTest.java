package dev.chatmultischema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chatmultischema.auth.JwtFactory.InsecureSecret;
import dev.chatmultischema.config.ConfigurationFile;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code config.yml} makes of the environment. */
final class ConfigurationTest {

  private static final String SECRET = "a secret that has at least 32 bytes";

  @Test
  void needsNothingButASecret() throws Exception {
    var config = read(Map.of("JWT_SECRET", SECRET));

    assertEquals(9000, port(config));
    assertEquals(9001, adminPort(config));
    assertEquals("jdbc:postgresql://localhost:5432/chat", config.database().getUrl());
    assertEquals(3, config.tenants().getWorkers());
    assertDoesNotThrow(() -> config.jwt().build());
  }

  @Test
  void takesEveryValueFromTheEnvironment() throws Exception {
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
    assertEquals(7, config.tenants().getWorkers());
    assertEquals("node-1", config.nodeId());
  }

  @Test
  void takesTheDefaultForAnEmptyVariable() throws Exception {
    var config = read(Map.of("PORT", "", "DATABASE_URL", "", "NODE_ID", "", "LOG_FORMAT", ""));

    assertEquals(9000, port(config));
    assertFalse(config.nodeId().isEmpty());
  }

  @Test
  void givesEachNodeAnIdOfItsOwn() throws Exception {
    assertNotEquals(read(Map.of()).nodeId(), read(Map.of()).nodeId());
  }

  @Test
  void takesAJdbcUrl() throws Exception {
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
  void takesAnySecretAsItIs(String secret) throws Exception {
    assertDoesNotThrow(() -> read(Map.of("JWT_SECRET", secret)).jwt().build());
  }

  @Test
  void refusesAMissingSecret() throws Exception {
    var jwt = read(Map.of()).jwt();

    var refused = assertThrows(InsecureSecret.class, jwt::build);
    assertTrue(refused.getMessage().contains("JWT_SECRET is not set"));
  }

  @Test
  void refusesAShortSecretAndDoesNotTellIt() throws Exception {
    var jwt = read(Map.of("JWT_SECRET", "hunter2")).jwt();

    var refused = assertThrows(InsecureSecret.class, jwt::build);
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
    "WORKERS, 0, tenants.workers",
    "WORKERS, 65, tenants.workers",
    "NODE_ID, a b, nodeId"
  })
  void namesTheValueThatIsWrong(String variable, String value, String named) {
    var refused = assertThrows(ConfigurationException.class, () -> read(Map.of(variable, value)));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }

  private static ChatConfiguration read(Map<String, String> environment) throws Exception {
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
        .build(ConfigurationFile.with(environment::get), "config.yml");
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
