package dev.chatmultischema.embedded;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.ConnectionFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class EmbeddedServersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void startsThreeServersAndLeavesNothingBehind() throws Exception {
    Queue<String> progress = new ConcurrentLinkedQueue<>();
    List<URI> urls;
    try (var servers = EmbeddedServers.start(progress::add)) {
      urls = urls(servers);
      assertEquals("on", setting(servers.databaseUrl(), "is_superuser"));
      assertEquals("off", setting(servers.databaseUrl(), "fsync"));
      var factory = new ConnectionFactory();
      factory.setUri(servers.rabbitmqUrl());
      factory.setVirtualHost("/");
      try (var connection = factory.newConnection()) {
        assertTrue(connection.isOpen());
      }
      try (var redis = RedisClient.create(servers.redisUrl())) {
        assertEquals("PONG", redis.ping());
      }
    }
    assertEquals(4, progress.size());
    urls.forEach(url -> assertFalse(listens(url), url::toString));
  }

  @Test
  void stopsTheServersOfAKilledJvm() throws Exception {
    var jvm =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                KilledJvm.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var urls = new ArrayList<URI>();
    try (var output =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
      for (var i = 0; i < 3; i++) {
        var line = output.readLine();
        assertNotNull(line, "the other JVM did not start its servers");
        urls.add(URI.create(line));
      }
      urls.forEach(url -> assertTrue(listens(url), url::toString));
    } finally {
      jvm.destroyForcibly();
    }
    await().atMost(PATIENCE).until(() -> urls.stream().noneMatch(EmbeddedServersTest::listens));
  }

  /** Prints the URLs of its servers and waits to be killed. */
  static final class KilledJvm {

    public static void main(String... arguments) throws InterruptedException {
      urls(EmbeddedServers.start(step -> {})).forEach(System.out::println);
      Thread.currentThread().join();
    }
  }

  private static List<URI> urls(EmbeddedServers servers) {
    return List.of(
        URI.create(servers.databaseUrl()),
        URI.create(servers.rabbitmqUrl()),
        URI.create(servers.redisUrl()));
  }

  private static String setting(String url, String name) throws Exception {
    var server = URI.create(url);
    var user = server.getUserInfo().split(":", 2);
    var jdbcUrl = "jdbc:postgresql://127.0.0.1:%d%s".formatted(server.getPort(), server.getPath());
    try (var connection = DriverManager.getConnection(jdbcUrl, user[0], user[1]);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW " + name)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static boolean listens(URI url) {
    try (var socket = new Socket(url.getHost(), url.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
