package dev.chatmultischema.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BackendsTest {

  @Test
  void usesNamedServers() {
    var settings =
        Map.of("TEST_RABBITMQ_URL", "amqp://broker:1/", "TEST_REDIS_URL", "redis://redis:2");
    try (var backends = new Backends(settings::get)) {
      assertEquals("amqp://broker:1/", backends.rabbitmqUrl());
      assertEquals("redis://redis:2", backends.redisUrl());
      assertFalse(backends.embedded());
    }
  }

  @Test
  void embedsByDefault() {
    try (var backends = new Backends(new HashMap<String, String>()::get)) {
      assertTrue(backends.embedded());
      assertEquals(backends.redisUrl(), backends.redisUrl());
      assertTrue(backends.redisUrl().startsWith("redis://127.0.0.1:"));
    }
  }

  @Test
  void dropsItsDatabasesOnANamedServer() throws Exception {
    try (var postgres = PostgresServer.start()) {
      var settings = Map.of("TEST_DATABASE_URL", postgres.url());
      try (var backends = new Backends(settings::get)) {
        var own = backends.databaseUrl();
        var another = backends.newDatabase();
        assertEquals(own, backends.databaseUrl());
        assertNotEquals(own, another);
        assertEquals(Set.of(name(own), name(another)), testDatabases(own));
        // An open session does not prevent the drop of a database.
        connect(another).createStatement().execute("CREATE TABLE t (a int)");
      }
      assertEquals(Set.of(), testDatabases(postgres.url()));
    }
  }

  private static Set<String> testDatabases(String url) throws Exception {
    var names = new TreeSet<String>();
    try (var connection = connect(url);
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT datname FROM pg_database WHERE datname LIKE 'chat_test_%'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static Connection connect(String url) throws Exception {
    var server = URI.create(url);
    var user = server.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d%s".formatted(server.getPort(), server.getPath()),
        user[0],
        user[1]);
  }

  private static String name(String url) {
    return URI.create(url).getPath().substring(1);
  }
}
