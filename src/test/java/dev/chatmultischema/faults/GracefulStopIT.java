package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The jar as a process: it ends on a signal, and loses or duplicates no accepted message. */
class GracefulStopIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMAIL = "owner@example.com";
  private static final String PASSWORD = "a good password";
  private static final int CLIENTS = 6;
  private static final int MAX_STOP_SECONDS = 15;

  private Map<String, String> environment;
  private String token;
  private String tenant;

  @BeforeEach
  void setUp() throws Exception {
    var backends = Backends.shared();
    environment =
        ServiceProcess.environment(
            backends.newDatabase(), backends.rabbitmqUrl(), backends.redisUrl());
    ServiceProcess.command(environment, "", "db", "migrate", "config.yml");
    ServiceProcess.command(
        environment,
        PASSWORD + "\n",
        "user",
        "add",
        "--email",
        EMAIL,
        "--name",
        "Owner",
        "--role",
        "user",
        "config.yml");
  }

  @Test
  void losesAndDuplicatesNothingWhenStoppedUnderLoad() throws Exception {
    var accepted = new ConcurrentLinkedQueue<String>();
    try (var service = ServiceProcess.start(environment)) {
      createTenant(service);
      publishUntilStopped(service, accepted);
    }
    try (var service = ServiceProcess.start(environment)) {
      assertAllStored(service, accepted);
    }
  }

  @Test
  void losesAndDuplicatesNothingWhenKilledUnderLoad() throws Exception {
    var accepted = new ConcurrentLinkedQueue<String>();
    try (var service = ServiceProcess.start(environment)) {
      createTenant(service);
      publishWhile(
          service,
          accepted,
          () -> {
            await().atMost(Duration.ofSeconds(60)).until(() -> accepted.size() > 3_000);
            service.kill();
            assertThat(service.awaitExit(MAX_STOP_SECONDS)).isTrue();
          });
    }
    try (var service = ServiceProcess.start(environment)) {
      assertAllStored(service, accepted);
    }
  }

  @Test
  void endsStreamsWhenStopped() throws Exception {
    try (var service = ServiceProcess.start(environment)) {
      createTenant(service);
      try (var connection = service.connect(authorization(), "X-Tenant-ID: " + tenant)) {
        var stream = connection.stream("/messages/stream");
        service.terminate();
        assertThat(new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
            .contains("event: ready")
            .contains("retry:");
      }
      assertThat(service.awaitExit(MAX_STOP_SECONDS)).isTrue();
    }
  }

  private void createTenant(ServiceProcess service) throws IOException {
    token =
        service
            .post("/authentication/login", Map.of("email", EMAIL, "password", PASSWORD))
            .get("token")
            .asText();
    tenant =
        service
            .post("/tenants", Map.of("tenant_name", "T"), authorization())
            .get("tenant_id")
            .asText();
  }

  private String authorization() {
    return "Authorization: Bearer " + token;
  }

  private void publishUntilStopped(ServiceProcess service, Queue<String> accepted)
      throws Exception {
    publishWhile(
        service,
        accepted,
        () -> {
          await().atMost(Duration.ofSeconds(60)).until(() -> accepted.size() > 3_000);
          service.terminate();
          assertThat(service.awaitExit(MAX_STOP_SECONDS)).isTrue();
        });
  }

  private interface Action {
    void run() throws Exception;
  }

  private void publishWhile(ServiceProcess service, Queue<String> accepted, Action action)
      throws Exception {
    var clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      for (int i = 0; i < CLIENTS; i++) {
        int size = i % 2 == 0 ? 1 : 50;
        clients.execute(() -> publish(service, size, accepted));
      }
      action.run();
    } finally {
      clients.shutdown();
      assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Publishes until the service does not respond any more, or refuses. */
  private void publish(ServiceProcess service, int size, Queue<String> accepted) {
    try (var connection = service.connect(authorization(), "X-Tenant-ID: " + tenant)) {
      while (true) {
        var ids = IntStream.range(0, size).mapToObj(i -> UUID.randomUUID().toString()).toList();
        var messages =
            ids.stream().map(id -> Map.of("message_id", id, "content", Map.of("id", id))).toList();
        var body = JSON.writeValueAsBytes(Map.of("messages", messages));
        var answer = connection.request("POST", "/messages/batch", body);
        if (answer.status() != 202) {
          return;
        }
        accepted.addAll(ids);
      }
    } catch (IOException stopped) {
      // The expected end.
      return;
    }
  }

  private void assertAllStored(ServiceProcess service, Queue<String> accepted) throws Exception {
    try (var connection = service.connect(authorization(), "X-Tenant-ID: " + tenant)) {
      var stored = new ArrayList<JsonNode>();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                stored.clear();
                stored.addAll(all(connection));
                assertThat(ids(stored)).containsAll(accepted);
              });
      assertThat(ids(stored)).doesNotHaveDuplicates();
      assertThat(stored.stream().map(message -> message.get("seq").asLong()).toList())
          .isEqualTo(LongStream.rangeClosed(1, stored.size()).boxed().toList());
    }
  }

  private static List<String> ids(List<JsonNode> messages) {
    return messages.stream().map(message -> message.get("message_id").asText()).toList();
  }

  private static List<JsonNode> all(HttpConnection connection) throws IOException {
    var all = new ArrayList<JsonNode>();
    var cursor = "";
    while (true) {
      var answer = connection.request("GET", "/messages?limit=500" + cursor, new byte[0]);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      var page = JSON.readTree(answer.body());
      page.get("data").forEach(all::add);
      if (!page.get("has_more").asBoolean()) {
        return all;
      }
      cursor = "&cursor=" + page.get("next_cursor").asText();
    }
  }
}
