package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Traffic;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Real servers are restarted, killed and paused under load; runs where {@code ops/servers run} has
 * started them, since the embedded ones keep nothing over a restart.
 */
@EnabledIfEnvironmentVariable(
    named = ServerFaultsIT.SERVERS,
    matches = ".+",
    disabledReason = "needs servers of ops/servers")
public class ServerFaultsIT {

  public static final String SERVERS = "TEST_SERVERS";
  private static final int SOME = 20;

  private ChatService one;
  private ChatService two;
  private ChatClient admin;
  private Traffic traffic;

  @BeforeEach
  void start() {
    var database = Backends.shared().newDatabase();
    one = startNode(database);
    two = startNode(database);
    admin = one.asAdmin();
    var tenants = List.of(createTenant(), createTenant());
    traffic =
        Traffic.start(
            List.of(one.uri(), two.uri()),
            tenants,
            List.of(one.adminToken(), one.adminToken(), one.adminToken()));
    traffic.awaitMore(SOME);
  }

  private static ChatService startNode(String database) {
    return ChatService.on(Backends.shared()).environment("DATABASE_URL", database).start();
  }

  private String createTenant() {
    return admin.post("/tenants", Map.of("tenant_name", "S")).expect(201).text("/tenant_id");
  }

  @AfterEach
  void stop() {
    traffic.close();
    one.close();
    two.close();
  }

  private void assertRecovered() throws Exception {
    traffic.awaitMore(SOME);
    traffic.stop();
    traffic.assertAllStored(admin);
  }

  @Test
  void survivesARestartOfTheBroker() throws Exception {
    servers("restart", "rabbitmq");
    assertRecovered();
  }

  @Test
  void survivesAKilledBroker() throws Exception {
    servers("kill", "rabbitmq");
    servers("restart", "rabbitmq");
    assertRecovered();
  }

  @Test
  void survivesConnectionsThatTheBrokerCloses() throws Exception {
    for (int round = 0; round < 3; round++) {
      servers("rabbitmqctl", "close_all_connections", "an operator's test");
      traffic.awaitMore(SOME);
    }
    assertRecovered();
  }

  @Test
  void survivesARestartOfTheDatabase() throws Exception {
    servers("restart", "postgresql");
    assertRecovered();
  }

  @Test
  void survivesAKilledDatabase() throws Exception {
    servers("kill", "postgresql");
    servers("restart", "postgresql");
    assertRecovered();
  }

  @Test
  void survivesAKilledRedis() throws Exception {
    servers("kill", "redis");
    traffic.awaitMore(SOME);
    servers("restart", "redis");
    assertRecovered();
  }

  @Test
  void survivesAPausedBroker() throws Exception {
    var other = admin.tenant(createTenant());
    servers("pause", "rabbitmq");
    try {
      var message = Map.of("content", Map.of("n", 1));
      other.post("/messages", message).expectProblem(503, "broker_unavailable");
    } finally {
      servers("resume", "rabbitmq");
    }
    assertRecovered();
  }

  private static void servers(String command, String... arguments)
      throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("ops/servers", command, System.getenv(SERVERS)));
    line.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/servers.log")))
            .start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", line)).isZero();
  }
}
