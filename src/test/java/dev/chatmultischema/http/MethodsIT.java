package dev.chatmultischema.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods, conditions and targets of requests, by RFC 9110 and RFC 9112. */
@ChatTest
class MethodsIT {

  @Started private static ChatService chat;
  private static String token;

  @BeforeAll
  static void start() {
    token = chat.adminToken();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH  | /tasks/kill-consumers | POST",
        "PUT    | /tasks/kill-consumers | POST",
        "GET    | /tasks/kill-consumers | POST",
        "DELETE | /tasks/gc             | POST",
        "PATCH  | /metrics              | GET, HEAD, OPTIONS",
        "POST   | /ping                 | GET, HEAD, OPTIONS",
        "DELETE | /health-check         | GET, HEAD, OPTIONS",
        "PUT    | /prometheus           | GET, HEAD, OPTIONS"
      })
  void namesTheMethodsThatTheAdminPortAllows(String method, String path, String allowed)
      throws IOException {
    var answer = ask(chat.adminUri(), method + " " + path, "");
    assertProblem(answer, 405, "method_not_allowed");
    assertThat(answer.headers()).containsEntry("Allow", allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "GET"})
  void respondsToAnUnknownTaskWithAProblem(String method) throws IOException {
    assertProblem(ask(chat.adminUri(), method + " /tasks/nothing", ""), 404, "not_found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PUT /users/me", "PATCH /swagger", "DELETE /health-check", "POST /health"})
  void namesTheMethodsThatAPathAllows(String request) throws IOException {
    var answer = ask(chat.uri(), request, "Authorization: Bearer " + token + "\r\n");
    assertProblem(answer, 405, "method_not_allowed");
    assertThat(answer.headers().get("Allow")).contains("GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FETCH", "TRACE", "get"})
  void refusesOtherMethodsAsNotImplemented(String method) throws IOException {
    for (var server : new URI[] {chat.uri(), chat.adminUri()}) {
      assertProblem(ask(server, method + " /health-check", ""), 501, "not_implemented");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Match", "If-None-Match"})
  void refusesOrIgnoresInvalidConditions(String header) throws IOException {
    for (var path : new String[] {"/openapi.json", "/openapi.yaml", "/swagger", "/users/me"}) {
      for (var value : new String[] {"1", "\"a", "W/", "a, \"b\"", "*, *"}) {
        var more = header + ": " + value + "\r\nAuthorization: Bearer " + token + "\r\n";
        assertThat(ask(chat.uri(), "GET " + path, more).status()).isIn(200, 302, 304, 400, 412);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/openapi.json", "/openapi.yaml", "/health", "/users/me", "/tenants", "/swagger"})
  void reportsTheSameLengthToHeadAsToGet(String path) throws IOException {
    var headers = "Authorization: Bearer " + token + "\r\n";
    var get = ask(chat.uri(), "GET " + path, headers);
    try (var connection = new RawConnection(chat.uri())) {
      connection.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
      var head = connection.read(false);
      assertThat(head.status()).isEqualTo(get.status());
      assertThat(head.headers().get("Content-Length"))
          .isIn(null, String.valueOf(get.body().length));
      assertThat(head.headers().get("Content-Type")).isEqualTo(get.headers().get("Content-Type"));
      // No byte of a body precedes the next response.
      connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(connection.read().status()).isEqualTo(200);
    }
  }

  @Test
  void servesAnAbsoluteTargetWithAnyHost() throws IOException {
    assertThat(ask(chat.uri(), "GET http://chat.example:8080/health", "").status()).isEqualTo(200);
    assertThat(ask(chat.adminUri(), "GET http://admin.example/ping", "").status()).isEqualTo(200);
  }

  private static void assertProblem(RawConnection.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json");
    assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
  }

  private static RawConnection.Answer ask(URI server, String request, String headers)
      throws IOException {
    try (var connection = new RawConnection(server)) {
      connection.send(request + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
      return connection.read();
    }
  }
}
