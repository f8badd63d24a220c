package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.embedded.ReverseProxy;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.ServiceProcess;
import dev.chatmultischema.user.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes behind HAProxy and nginx are restarted one after another, under load through both. */
class RollingRestartIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FOLLOWERS = 10;
  private static final int SOME = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> senders = new ArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Follower> followers = new ArrayList<>();
  private final List<Integer> ports = List.of(FreePort.find(), FreePort.find());
  private final List<ServiceProcess> nodes = new ArrayList<>();
  private volatile boolean enough;
  private Map<String, String> environment;
  private Map<String, String> headers;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(ReverseProxy.installed(), "HAProxy or nginx is not installed");
    var backends = Backends.shared();
    var database = backends.newDatabase();
    environment =
        new HashMap<>(
            ServiceProcess.environment(database, backends.rabbitmqUrl(), backends.redisUrl()));
    environment.put("DRAIN_TIME", "3s");
    environment.put("TRUSTED_PROXIES", "127.0.0.1");
    try (var chat = setup(backends).start()) {
      var token = chat.login(chat.addUser(Role.USER, null));
      var tenant = chat.addTenant(token);
      headers = Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString());
    }
    for (int port : ports) {
      nodes.add(node(port));
    }
  }

  private ChatService.Setup setup(Backends backends) {
    var setup = ChatService.on(backends);
    environment.forEach(setup::environment);
    return setup;
  }

  private ServiceProcess node(int port) throws IOException {
    var own = new HashMap<>(environment);
    own.put("PORT", String.valueOf(port));
    own.put("NODE_ID", "node-" + port);
    return ServiceProcess.start(own);
  }

  @AfterEach
  void stop() throws Exception {
    enough = true;
    threads.shutdownNow();
    for (var follower : followers) {
      follower.close();
    }
    for (var closeable : open) {
      closeable.close();
    }
    for (var node : nodes) {
      node.kill();
      node.close();
    }
  }

  @Test
  void failsNoRequestAndLosesNoPosition() throws Exception {
    for (var proxy :
        List.of(
            ReverseProxy.haproxy(ports.get(0), ports.get(1)),
            ReverseProxy.nginx(ports.get(0), ports.get(1)))) {
      open.add(proxy);
      senders.add(threads.submit(() -> send(proxy.port())));
      senders.add(threads.submit(() -> send(proxy.port())));
      for (int i = 0; i < FOLLOWERS / 2; i++) {
        followers.add(new Follower(List.of(proxy.uri()), headers));
      }
    }
    await().atMost(PATIENCE).until(() -> followers.stream().allMatch(Follower::isFollowing));
    for (int i = 0; i < nodes.size(); i++) {
      awaitMore();
      restart(i);
    }
    awaitMore();
    enough = true;
    for (var sender : senders) {
      sender.get();
    }
    assertThat(failures).isEmpty();
    var all = LongStream.rangeClosed(1, accepted.get()).boxed().toList();
    for (var follower : followers) {
      await("all messages").atMost(PATIENCE).until(() -> follower.seen() >= all.size());
      assertThat(follower.seqs()).isEqualTo(all);
    }
    System.out.printf("rolling restart: %d posts accepted, none failed%n", accepted.get());
  }

  private void restart(int index) throws Exception {
    var node = nodes.get(index);
    node.terminate();
    await("a node that is not ready")
        .atMost(Duration.ofSeconds(2))
        .until(() -> node.admin("GET", "/health-check?type=ready").status() == 503);
    assertThat(node.admin("GET", "/health-check?type=alive").status()).isEqualTo(200);
    var response = get(node.uri().resolve("/messages?limit=1"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Connection")).hasValue("close");
    assertThat(node.awaitExit(20)).isTrue();
    nodes.set(index, node(ports.get(index)));
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).method("GET", BodyPublishers.noBody());
    headers.forEach(request::header);
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  /** Posts and reads in turns on persistent connections, each request once. */
  private void send(int port) {
    var lines = new StringBuilder("Content-Type: application/json\r\n");
    headers.forEach((name, value) -> lines.append(name + ": " + value + "\r\n"));
    try {
      while (!enough) {
        try (var connection = new HttpConnection(port, lines.toString())) {
          while (!enough && !connection.isClosing()) {
            post(connection, port);
            if (!connection.isClosing()) {
              read(connection, port);
            }
          }
        }
      }
    } catch (IOException e) {
      failures.add(port + " " + e);
    }
  }

  private void post(HttpConnection connection, int port) throws IOException {
    var message =
        Map.of("message_id", UUID.randomUUID().toString(), "content", Map.of("text", "hello"));
    var answer = connection.request("POST", "/messages", JSON.writeValueAsBytes(message));
    if (answer.status() == 202) {
      accepted.incrementAndGet();
    } else {
      failures.add(port + " POST " + answer.status() + " " + answer.text());
    }
  }

  private void read(HttpConnection connection, int port) throws IOException {
    var answer = connection.request("GET", "/messages?limit=1", new byte[0]);
    if (answer.status() != 200) {
      failures.add(port + " GET " + answer.status() + " " + answer.text());
    }
  }

  private void awaitMore() {
    int wanted = accepted.get() + SOME;
    await("more messages")
        .atMost(PATIENCE)
        .until(() -> accepted.get() >= wanted || senders.stream().anyMatch(Future::isDone));
  }
}
