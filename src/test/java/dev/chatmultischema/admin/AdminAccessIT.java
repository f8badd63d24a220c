package dev.chatmultischema.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access to the admin port: by web pages, under other names, and without the token. */
@ChatTest(
    environment = {
      "ADMIN_TOKEN=" + AdminAccessIT.TOKEN,
      "ADMIN_ALLOWED_HOSTS=admin.example.com, Chat.Example.org"
    })
class AdminAccessIT {

  static final String TOKEN = "the-token-of-operators-4711";

  private static final List<String> PATHS =
      List.of("/", "/metrics", "/threads", "/prometheus", "/tasks", "/tasks/gc", "/none");
  private static final List<String> HEALTH =
      List.of("/ping", "/healthcheck", "/health-check?type=alive", "/health-check?type=ready");

  @Started private static ChatService chat;

  @Test
  void requiresTheTokenExceptForHealth() {
    var operator = chat.admin().with("Authorization", "Bearer " + TOKEN);
    for (var path : PATHS) {
      for (var bad : List.of("", "Bearer", "Bearer ", "Bearer " + TOKEN + "x", "Basic " + TOKEN)) {
        var client = bad.isEmpty() ? chat.admin() : chat.admin().with("Authorization", bad);
        var refused = client.get(path).expectProblem(401, "unauthenticated");
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
        client.post(path).expectProblem(401, "unauthenticated");
      }
      assertThat(operator.get(path).status()).as(path).isNotIn(401, 403);
    }
    // A node is unhealthy until the consumers of its tenants have started.
    for (var path : HEALTH) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> chat.admin().get(path).expect(200));
    }
    operator.post("/tasks/gc").expect(200);
    operator.get("/prometheus").expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://localhost:1",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: CROSS-SITE",
        "Host: evil.example",
        "Host: localhost.evil.example",
        "Host: 127.0.0.1.evil.example:9001",
        "Host: admin.example.com.evil.example",
        "Host: chat-1",
        "Host: "
      })
  void refusesPagesOfWebSites(String header) throws Exception {
    for (var path : List.of("/tasks/kill-consumers?all=true", "/tasks/log-level", "/threads")) {
      assertThat(status("POST", path, header)).as(path).isIn("403", "400");
      assertThat(status("GET", path, header)).as(path).isIn("403", "400");
    }
  }

  @Test
  void acceptsTheNamesOfOperatorsAndMonitoring() throws Exception {
    var own = authority();
    for (var header :
        List.of(
            "Host: 127.0.0.1",
            "Host: [::1]:9001",
            "Host: 10.1.2.3:9001",
            "Host: LOCALHOST:9001",
            "Host: chat.localhost",
            "Host: admin.example.com:9001",
            "Host: chat.example.org.",
            "Host: " + own + "\r\nOrigin: http://" + own,
            "Host: " + own + "\r\nSec-Fetch-Site: same-origin",
            "Host: " + own + "\r\nSec-Fetch-Site: none")) {
      assertThat(status("POST", "/tasks/gc", header)).as(header).isEqualTo("200");
    }
    for (var host : List.of("chat-1:9001", "chat.prod.svc", "chat.prod.svc.cluster.local:9001")) {
      assertThat(status("GET", "/prometheus", "Host: " + host)).as(host).isEqualTo("200");
      assertThat(status("GET", "/metrics", "Host: " + host)).as(host).isEqualTo("403");
    }
    assertThat(status("GET", "/prometheus", "Host: evil.example")).isEqualTo("403");
    assertThat(status("GET", "/health-check?type=alive", "Host: lb.example")).isEqualTo("200");
    assertThat(status("GET", "/health-check?type=alive", "Origin: https://evil.example"))
        .isEqualTo("403");
  }

  @Test
  void runsNothingForARefusedRequestAndRecordsIt() throws Exception {
    chat.asAdmin();
    assertThat(status("POST", "/tasks/gc?reason=forged", "Origin: https://evil.example"))
        .isEqualTo("403");

    await()
        .until(
            () -> chat.asAdmin().get("/audit?limit=500").body(),
            audit -> audit.contains("a web page of another site"));
    assertThat(chat.asAdmin().get("/audit?limit=500").body()).doesNotContain("forged");
  }

  @Test
  void doesNotProfileUnlessConfigured() {
    chat.admin().with("Authorization", "Bearer " + TOKEN).get("/pprof").expect(404);
  }

  @Test
  void forbidsPagesToEmbedItsOwn() {
    var answer = chat.admin().get("/ping").expect(200);
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
  }

  private static String authority() {
    return chat.adminUri().getAuthority();
  }

  private static String status(String method, String path, String header) throws Exception {
    var host = header.startsWith("Host:") ? "" : "Host: " + authority() + "\r\n";
    try (var connection = new RawConnection(chat.adminUri())) {
      connection.send(
          ("%s %s HTTP/1.1\r\n%s%s\r\nAuthorization: Bearer %s\r\n"
                  + "Content-Length: 0\r\nConnection: close\r\n\r\n")
              .formatted(method, path, host, header, TOKEN));
      return String.valueOf(connection.read().status());
    }
  }
}
