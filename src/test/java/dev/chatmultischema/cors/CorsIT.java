package dev.chatmultischema.cors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CORS headers for pages of other origins. */
@Tag("once")
@ChatTest(environment = "CORS_ORIGINS=" + CorsIT.ALLOWED + ", " + CorsIT.ALSO_ALLOWED)
class CorsIT {

  static final String ALLOWED = "https://chat.example.com";
  static final String ALSO_ALLOWED = "http://localhost:5173";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  /** In the form of browsers: lower case, sorted. */
  private static final String HEADERS_OF_CLIENTS =
      "authorization,cache-control,content-type,if-none-match,last-event-id,x-requested-with,"
          + "x-tenant-id";

  @Started private static ChatService chat;

  private static ChatClient page(String origin) {
    return chat.anonymous().with("Origin", origin);
  }

  private static List<String> list(Answer answer, String header) {
    return List.of(answer.header(header).split(" *, *"));
  }

  private static Answer preflight(String origin, String method, String path) {
    return page(origin)
        .with("Access-Control-Request-Method", method)
        .with("Access-Control-Request-Headers", HEADERS_OF_CLIENTS)
        .options(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /authentication/login",
        "POST /messages",
        "GET /messages/stream",
        "POST /messages/stream/tickets",
        "PATCH /users/00000000-0000-0000-0000-000000000000",
        "PUT /tenants/00000000-0000-0000-0000-000000000000",
        "DELETE /tenants/00000000-0000-0000-0000-000000000000"
      })
  void respondsToPreflightsWithoutAToken(String route) {
    var method = route.substring(0, route.indexOf(' '));
    var path = route.substring(method.length() + 1);
    for (var origin : List.of(ALLOWED, ALSO_ALLOWED)) {
      var answer = preflight(origin, method, path).expect(200);
      assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(origin);
      assertThat(list(answer, "Access-Control-Allow-Methods"))
          .containsExactlyInAnyOrder("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
      assertThat(list(answer, "Access-Control-Allow-Headers"))
          .containsExactlyInAnyOrder(
              "Authorization",
              "Cache-Control",
              "Content-Type",
              "If-None-Match",
              "Last-Event-ID",
              "X-Request-ID",
              "X-Requested-With",
              "X-Tenant-ID",
              "traceparent");
      assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
      assertThat(answer.header("Vary")).contains("Origin");
      assertThat(answer.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.example.com",
        "http://chat.example.com",
        "https://chat.example.com:8443",
        "https://chatXexample.com",
        "https://chat.example.com.evil.example",
        "null"
      })
  void sendsNoHeadersToOtherOrigins(String origin) {
    assertThat(preflight(origin, "POST", "/messages").headers().map())
        .doesNotContainKeys("access-control-allow-origin", "access-control-allow-methods");
    var answer = page(origin).get("/health").expect(200);
    assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    assertThat(answer.header("Vary")).contains("Origin");
  }

  @Test
  void letsAllowedPagesReadExposedHeaders() {
    var user = chat.asUser().with("Origin", ALLOWED);
    var created = user.post("/tenants", Map.of("tenant_name", "Of pages")).expect(201);
    assertThat(created.header(ALLOW_ORIGIN)).isEqualTo(ALLOWED);
    assertThat(list(created, "Access-Control-Expose-Headers"))
        .containsExactlyInAnyOrder(
            "ETag",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "WWW-Authenticate",
            "X-Request-ID");
    assertThat(created.headers().map()).doesNotContainKey("access-control-allow-credentials");
  }

  @Test
  void letsAllowedPagesReadErrors() {
    var page = page(ALLOWED);
    var user = chat.asUser().with("Origin", ALLOWED);
    var problems =
        List.of(
            page.get("/users/me").expectProblem(401, "unauthenticated"),
            page.get("/messages/stream?ticket=x").expectProblem(401, "invalid_ticket"),
            page.post("/messages/stream", "{}").expectProblem(405, "method_not_allowed"),
            page.get("/nowhere").expectProblem(404, "not_found"),
            page.put("/health", "{}").expectProblem(405, "method_not_allowed"),
            page.post("/authentication/login", "{").expectProblem(400, "malformed_json"),
            user.get("/messages").expectProblem(400, "tenant_required"),
            user.tenant(UUID.randomUUID()).get("/messages").expectProblem(403, "tenant_forbidden"),
            user.post("/tenants", "{}").expectProblem(422, "validation_failed"));
    assertThat(problems)
        .allSatisfy(
            problem -> {
              assertThat(problem.header(ALLOW_ORIGIN)).as(problem.body()).isEqualTo(ALLOWED);
              assertThat(problem.headers().allValues(ALLOW_ORIGIN)).hasSize(1);
            });
  }

  @Test
  void letsAllowedPagesReadStreams() throws IOException {
    var user = chat.asUser();
    var tenant = user.post("/tenants", Map.of("tenant_name", "Of streams")).text("/tenant_id");
    var ticket = user.tenant(tenant).post("/messages/stream/tickets").expect(201).text("/ticket");
    var stream = page(ALLOWED).open("/messages/stream?ticket=" + ticket);
    try (var body = stream.body()) {
      assertThat(stream.statusCode()).isEqualTo(200);
      assertThat(stream.headers().firstValue(ALLOW_ORIGIN)).hasValue(ALLOWED);
      assertThat(new String(body.readNBytes(12), UTF_8)).isEqualTo("event: ready");
    }
  }

  @Test
  void sendsNoHeadersOnTheAdminPort() {
    var answer = chat.admin().with("Origin", ALLOWED).get("/healthcheck");
    assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void isOffUnlessConfigured() {
    try (var plain = ChatService.start()) {
      var page = plain.anonymous().with("Origin", ALLOWED);
      assertThat(page.get("/health").headers().map())
          .doesNotContainKey("access-control-allow-origin");
      assertThat(
              page.with("Access-Control-Request-Method", "POST")
                  .options("/messages")
                  .headers()
                  .map())
          .doesNotContainKey("access-control-allow-origin");
    }
  }

  @Test
  void allowsAllOriginsWithAStar() {
    try (var open = ChatService.on(Backends.shared()).environment("CORS_ORIGINS", "*").start()) {
      var answer = open.anonymous().with("Origin", "https://any.example").get("/nowhere");
      answer.expectProblem(404, "not_found");
      assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo("https://any.example");
    }
  }
}
