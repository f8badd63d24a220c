package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.embedded.ReverseProxy;
import dev.chatmultischema.support.ChatService;
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
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes behind HAProxy and nginx are restarted one after another, under load through both. */
class RollingRestartIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FOLLOWERS = 10;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<ReverseProxy> proxies = new ArrayList<>();
  private final List<Follower> followers = new ArrayList<>();
  private final List<Integer> ports = List.of(FreePort.find(), FreePort.find());
  private final List<ServiceProcess> nodes = new ArrayList<>();
  private ProxyLoad load;
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
    environment.put("DRAIN_TIME", "6s");
    environment.put("TRUSTED_PROXIES", "127.0.0.1");
    try (var chat = setup(backends).start()) {
      var token = chat.login(chat.addUser(Role.USER, null));
      var tenant = chat.addTenant(token);
      headers = Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString());
    }
    load = new ProxyLoad(headers, 1);
    open.add(load);
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
      proxies.add(proxy);
      load.start(proxy.port());
      load.start(proxy.port());
      for (int i = 0; i < FOLLOWERS / 2; i++) {
        followers.add(new Follower(List.of(proxy.uri()), headers));
      }
    }
    await().atMost(PATIENCE).until(() -> followers.stream().allMatch(Follower::isFollowing));
    for (int i = 0; i < nodes.size(); i++) {
      load.awaitMore();
      restart(i);
    }
    load.awaitMore();
    int accepted = load.stop();
    assertThat(load.failures())
        .as(() -> proxies.stream().map(ReverseProxy::log).toList().toString())
        .isEmpty();
    var all = LongStream.rangeClosed(1, accepted).boxed().toList();
    for (var follower : followers) {
      await("all messages").atMost(PATIENCE).until(() -> follower.seen() >= all.size());
      assertThat(follower.seqs()).isEqualTo(all);
    }
    System.out.printf("rolling restart: %d posts accepted, none failed%n", accepted);
  }

  private void restart(int index) throws Exception {
    var node = nodes.get(index);
    node.terminate();
    await("a node that is not ready")
        .atMost(Duration.ofSeconds(5))
        .until(() -> node.admin("GET", "/health-check?type=ready").status() == 503);
    assertThat(node.admin("GET", "/health-check?type=alive").status()).isEqualTo(200);
    var response = get(node.uri().resolve("/messages?limit=1"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Connection")).hasValue("close");
    assertThat(node.awaitExit(40)).isTrue();
    nodes.set(index, node(ports.get(index)));
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).method("GET", BodyPublishers.noBody());
    headers.forEach(request::header);
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
