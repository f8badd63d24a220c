package dev.chatmultischema.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.Routes;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Text that PostgreSQL refuses, in every part of a request that can contain text: never a 5xx. */
@ChatTest
class HostileTextIT {

  /** In percent encoding: NUL, encoded surrogates, overlong forms, and no encoding at all. */
  private static final List<String> NO_TEXT =
      List.of("a%00b", "%ED%A0%80", "%C0%80", "%FF", "%", "%zz", "%u0000", "a%0Ab");

  @Started private static ChatService chat;
  private static String token;
  private static String tenant;

  @BeforeAll
  static void start() {
    token = chat.adminToken();
    tenant = chat.addTenant(token).toString();
  }

  @Test
  void refusesItInPathsAndQueriesOfEveryRoute() throws Exception {
    for (var route : Routes.all()) {
      var method = route.substring(0, route.indexOf(' '));
      var path = route.substring(route.indexOf(' ') + 1);
      for (var text : NO_TEXT) {
        if (path.contains("{")) {
          send(method, path.replaceAll("\\{[^}]*\\}", text), "{}", headers());
        }
        if (!route.equals(Routes.STREAM) && !method.equals("DELETE")) {
          var here = path.replaceAll("\\{[^}]*\\}", tenant);
          for (var name : List.of("cursor", "limit", "order", "ticket", "reason", text)) {
            send(method, here + "?" + name + "=" + text, "{}", headers());
          }
        }
      }
    }
  }

  @Test
  void refusesItInHeaders() throws Exception {
    for (var name :
        List.of("X-Tenant-ID", "Last-Event-ID", "X-Request-Id", "Authorization", "Origin")) {
      for (var value : List.of("\0", "a\0b", "\u0001", "\u00ff\u00fe", "\u00ed\u00a0\u0080")) {
        send("GET", "/messages", "", name + ": " + value + "\r\n");
        send("GET", "/messages", "", headers() + name + ": " + value + "\r\n");
      }
    }
  }

  @Test
  void refusesItInBodies() throws Exception {
    for (var text : List.of("\\u0000", "a\\u0000b", "\\ud800", "\\udc00x", "\0")) {
      send("POST", "/tenants", "{\"tenant_name\":\"" + text + "\"}", headers());
      for (var field : List.of("name", "email", "password")) {
        var user =
            "{\"name\":\"N\",\"email\":\"n@example.com\",\"password\":\"a good password\"}"
                .replaceFirst("(\"" + field + "\":\")[^\"]*", "$1" + text.replace("\\", "\\\\"));
        send("POST", "/users", user, headers());
      }
      send("POST", "/messages", "{\"content\":{\"" + text + "\":1}}", headers());
      send("POST", "/messages", "{\"content\":{\"x\":\"" + text + "\"}}", headers());
      send("POST", "/messages", "{\"content\":{},\"message_id\":\"" + text + "\"}", headers());
    }
  }

  private static String headers() {
    return "Authorization: Bearer " + token + "\r\nX-Tenant-ID: " + tenant + "\r\n";
  }

  private static void send(String method, String path, String body, String headers)
      throws Exception {
    var port = chat.uri().getPort();
    try (var connection =
        new HttpConnection(port, "Content-Type: application/json\r\n" + headers)) {
      var answer = connection.request(method, path, body.getBytes(UTF_8));
      assertThat(answer.status())
          .as("%s %s %s %s: %s", method, path, headers, body, answer.text())
          .isBetween(200, 499);
    }
  }
}
