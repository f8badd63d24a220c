package dev.chatmultischema.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.TokenIssuer;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys of a JWKS URL, whose server may be in any state. */
@ChatTest(
    settings = {
      "identity.allowPrivateAddresses=true",
      "identity.allowHttp=true",
      "identity.fetchTimeout=1s",
      "identity.refreshInterval=1s"
    })
@Tag("once")
class JwksIT {

  private static final TokenIssuer FIRST = TokenIssuer.rsa("https://login.example.com", "k1");
  private static final TokenIssuer SECOND = TokenIssuer.rsa("https://login.example.com", "k2");

  @Started private static ChatService chat;

  private static TenantId registered(String jwksUrl) {
    var token = chat.login(chat.addUser(Role.USER, null));
    var tenant = chat.addTenant(token);
    chat.as(token)
        .put(
            "/tenants/" + tenant + "/identity",
            Map.of("issuer", FIRST.issuer(), "jwks_url", jwksUrl))
        .expect(200);
    return tenant;
  }

  private static ChatClient external(TokenIssuer issuer, TenantId tenant) {
    return chat.as(issuer.token("sub", "Sub")).tenant(tenant);
  }

  private static void awaitStatus(ChatClient client, int status) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> client.get("/messages").status(), each -> each == status);
  }

  @Test
  void fetchesKeys() throws IOException {
    try (var server = new JwksServer(FIRST)) {
      var tenant = registered(server.url());
      awaitStatus(external(FIRST, tenant), 200);
      external(SECOND, tenant).get("/messages").expectProblem(401, "unauthenticated");
      assertThat(chat.admin().get("/prometheus").body())
          .contains("chat_jwks_fetches_total{result=\"success\"");
    }
  }

  @Test
  void followsARotation() throws IOException {
    try (var server = new JwksServer(FIRST)) {
      var tenant = registered(server.url());
      awaitStatus(external(FIRST, tenant), 200);
      server.serve(FIRST, SECOND);
      awaitStatus(external(SECOND, tenant), 200);
      external(FIRST, tenant).get("/messages").expect(200);
      server.serve(SECOND);
      awaitStatus(external(FIRST, tenant), 401);
      external(SECOND, tenant).get("/messages").expect(200);
    }
  }

  @Test
  void keepsKeysThatAreKnown() throws IOException {
    var server = new JwksServer(FIRST);
    try (server) {
      var tenant = registered(server.url());
      awaitStatus(external(FIRST, tenant), 200);
      for (Runnable fault :
          List.<Runnable>of(
              () -> server.fail(500),
              server::hang,
              server::drip,
              () -> server.serve(new byte[300 * 1024]),
              () -> server.serve("{\"keys\":[]}".getBytes(UTF_8)),
              () -> server.redirectTo(server.url()))) {
        fault.run();
        int requests = server.requests();
        await().atMost(Duration.ofSeconds(20)).until(() -> server.requests() > requests + 1);
        external(FIRST, tenant).get("/messages").expect(200);
      }
      server.close();
      // A node that has never reached the server knows the keys from the others.
      try (var second = ChatService.on(Backends.shared()).start()) {
        awaitStatus(second.as(FIRST.token("sub", null)).tenant(tenant), 200);
      }
      assertThat(chat.admin().get("/prometheus").body())
          .contains("chat_jwks_fetches_total{result=\"failure\"");
    }
  }

  @Test
  void hasNoKeysOfAServerThatNeverAnswered() throws IOException {
    try (var server = new JwksServer(FIRST)) {
      server.hang();
      var tenant = registered(server.url());
      var refused =
          external(FIRST, tenant).get("/messages").expectProblem(503, "identity_unavailable");
      assertThat(refused.header("Retry-After")).isNotNull();
      server.serve(FIRST);
      awaitStatus(external(FIRST, tenant), 200);
    }
  }

  @Test
  void holdsFewThreadsForAServerThatHangs() throws Exception {
    try (var server = new JwksServer(FIRST)) {
      server.hang();
      var tenant = registered(server.url());
      var other = chat.asUser();
      var clients = Executors.newFixedThreadPool(60);
      var waiting =
          IntStream.range(0, 60)
              .mapToObj(
                  i -> clients.submit(() -> external(FIRST, tenant).get("/messages").expect(503)))
              .toList();
      clients.shutdown();
      long begun = System.nanoTime();
      other.get("/users/me").expect(200);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
      for (var each : waiting) {
        each.get();
      }
      assertThat(server.requests()).isLessThan(10);
    }
  }

  @Test
  void doesNotFollowRedirects() throws IOException {
    try (var target = new JwksServer(FIRST);
        var server = new JwksServer()) {
      server.redirectTo(target.url());
      var tenant = registered(server.url());
      external(FIRST, tenant).get("/messages").expectProblem(503, "identity_unavailable");
      assertThat(server.requests()).isPositive();
      assertThat(target.requests()).isZero();
    }
  }

  @Test
  void asksNoPrivateAddressUnlessAllowed() throws IOException {
    try (var server = new JwksServer(FIRST);
        var strict =
            ChatService.on(Backends.shared()).setting("identity.allowHttp", "true").start()) {
      // The name is public as far as a registration shows; what it resolves to is not.
      var tenant = registered(server.url());
      var client = external(FIRST, tenant).at(strict);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> client.get("/messages").status(), status -> status == 503);
      client.get("/messages").expectProblem(503, "identity_unavailable");
      assertThat(strict.admin().get("/prometheus").body())
          .contains("chat_jwks_fetches_total{result=\"failure\"");
      assertThat(server.requests()).isZero();
      awaitStatus(external(FIRST, tenant), 200);
    }
  }
}
