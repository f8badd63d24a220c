package dev.chatmultischema.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process with a heap of 256 MB, which would exit with the first {@link OutOfMemoryError},
 * responds to many parallel large requests or refuses them, and responds to all others.
 */
@Tag("once")
class SmallHeapIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "a good password";
  private static final int MESSAGES = 500;

  /** A text that makes a message slightly smaller than its limit of 64 KiB. */
  private static final String LARGE = "x".repeat(65_000);

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private static ServiceProcess service;
  private static Caller caller;
  private static Caller other;

  /** The sender of a request, and its tenant. */
  private record Caller(String token, String tenant) {

    HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(service.uri().resolve(path))
          .timeout(Duration.ofMinutes(2))
          .header("Content-Type", "application/json")
          .header("Authorization", "Bearer " + token)
          .header("X-Tenant-ID", tenant);
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
      return HTTP.send(request(path).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String path, Object body) throws IOException, InterruptedException {
      var request = request(path).POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
      return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }
  }

  @BeforeAll
  static void start() throws Exception {
    var backends = Backends.shared();
    var database = backends.newDatabase();
    var environment =
        ServiceProcess.environment(database, backends.rabbitmqUrl(), backends.redisUrl());
    ChatService.migrate(database);
    addUser(environment, "caller@example.com");
    addUser(environment, "other@example.com");
    service =
        ServiceProcess.start(
            environment,
            "-Xmx256m",
            "-XX:+ExitOnOutOfMemoryError",
            // Pages wait for memory and for connections, and must not be refused meanwhile.
            "-Ddw.health.timeout=15s",
            "-Ddw.http.maxWait=1m",
            "-Ddw.amqp.confirmTimeout=1m",
            "-Ddw.database.maxWaitForConnection=15s");
    caller = withTenant("caller@example.com");
    other = withTenant("other@example.com");
    store();
  }

  private static void addUser(Map<String, String> environment, String email) throws Exception {
    ServiceProcess.command(
        environment,
        PASSWORD + "\n",
        "user",
        "add",
        "--email",
        email,
        "--name",
        "Someone",
        "--role",
        "user",
        "config.yml");
  }

  private static Caller withTenant(String email) throws IOException {
    var login = Map.of("email", email, "password", PASSWORD);
    var token = service.post("/authentication/login", login).get("token").asText();
    var tenant =
        service.post("/tenants", Map.of("tenant_name", "Large"), "Authorization: Bearer " + token);
    return new Caller(token, tenant.get("tenant_id").asText());
  }

  private static Map<String, Object> batch(int messages) {
    var message = Map.of("content", Map.of("text", LARGE));
    return Map.of("messages", Collections.nCopies(messages, message));
  }

  private static void store() throws Exception {
    for (int left = MESSAGES; left > 0; left -= Math.min(16, left)) {
      var batch = batch(Math.min(16, left));
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> accepted(caller.post("/messages/batch", batch)));
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                JSON.readTree(caller.get("/messages?order=desc&limit=1").body())
                        .at("/data/0/seq")
                        .asInt()
                    == MESSAGES);
  }

  private static boolean accepted(HttpResponse<byte[]> answer) throws IOException {
    if (answer.statusCode() != 202) {
      assertThat(isOverloaded(answer)).as(new String(answer.body(), UTF_8)).isTrue();
    }
    return answer.statusCode() == 202;
  }

  private static boolean isOverloaded(HttpResponse<byte[]> answer) throws IOException {
    return answer.statusCode() == 503
        && answer.headers().firstValue("Retry-After").isPresent()
        && JSON.readTree(answer.body()).path("code").asText().equals("overloaded");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void runsWithoutAnError() throws IOException {
    assertThat(service.admin("GET", "/health-check?type=alive").status()).isEqualTo(200);
    assertThat(service.log()).doesNotContain("OutOfMemoryError");
  }

  @ParameterizedTest
  @CsvSource({"16, 3", "100, 2"})
  void returnsOrRefusesPages(int parallel, int times) throws Exception {
    var answers = new ConcurrentLinkedQueue<Integer>();
    inParallel(
        parallel,
        () -> {
          for (int n = 0; n < times; n++) {
            var answer = caller.get("/messages?limit=500");
            answers.add(answer.statusCode());
            if (answer.statusCode() == 200) {
              assertThat(JSON.readTree(answer.body()).get("data")).isNotEmpty();
            } else {
              assertThat(isOverloaded(answer)).as(new String(answer.body(), UTF_8)).isTrue();
            }
          }
          return null;
        });
    assertThat(answers).hasSize(parallel * times).contains(200);
  }

  @Test
  void acceptsOrRefusesBatches() throws Exception {
    var body = JSON.writeValueAsBytes(batch(250));
    var answers = new ConcurrentLinkedQueue<Integer>();
    inParallel(
        6,
        () -> {
          var request =
              caller.request("/messages/batch").POST(BodyPublishers.ofByteArray(body)).build();
          try {
            var answer = HTTP.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 202 && answer.statusCode() != 413) {
              assertThat(isOverloaded(answer)).as(new String(answer.body(), UTF_8)).isTrue();
            }
            answers.add(answer.statusCode());
          } catch (IOException e) {
            // The body was refused and the connection closed before the end of the body.
            answers.add(0);
          }
          return null;
        });
    assertThat(answers).hasSize(6);
    // Their reserved memory has been released.
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> accepted(caller.post("/messages/batch", batch(16))));
  }

  @Test
  void listsOrRefusesDeadLetters() throws Exception {
    try (var broker = new Broker(Backends.shared().rabbitmqUrl())) {
      broker.declareDeadLetters(caller.tenant);
      for (int n = 0; n < 100; n++) {
        broker.put(Broker.deadLetters(caller.tenant), LARGE);
      }
    }
    var path = "/tasks/list-dead-letters?limit=100&tenant=" + caller.tenant;
    var answers = new ConcurrentLinkedQueue<Integer>();
    inParallel(
        8,
        () -> {
          var answer = service.admin("POST", path);
          answers.add(answer.status());
          if (answer.status() == 200) {
            assertThat(answer.text()).contains(" dead letters shown");
          }
          return null;
        });
    assertThat(answers).hasSize(8).contains(200).allMatch(status -> status == 200 || status == 503);
  }

  /** Runs an action in parallel, while another user posts and health is checked. */
  private static void inParallel(int parallel, Callable<Void> work) throws Exception {
    var done = new AtomicBoolean();
    var threads = Executors.newCachedThreadPool();
    try {
      Queue<Integer> alive = new ConcurrentLinkedQueue<>();
      Future<Void> posts =
          threads.submit(
              () -> {
                do {
                  var post = other.post("/messages", Map.of("content", Map.of("a", 1)));
                  assertThat(post.statusCode()).as(new String(post.body(), UTF_8)).isEqualTo(202);
                } while (!done.get());
                return null;
              });
      Future<Void> health =
          threads.submit(
              () -> {
                do {
                  assertThat(other.get("/health").statusCode()).isEqualTo(200);
                  alive.add(service.admin("GET", "/health-check?type=alive").status());
                } while (!done.get());
                return null;
              });
      for (var future : threads.invokeAll(Collections.nCopies(parallel, work))) {
        future.get();
      }
      done.set(true);
      for (var future : List.of(posts, health)) {
        future.get();
      }
      assertThat(alive).isNotEmpty().containsOnly(200);
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
  }
}
