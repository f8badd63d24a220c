package dev.chatmultischema.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Behind a proxy with TLS, no response reveals the scheme, host or port of the service. */
@ChatTest(environment = "DEMO=true")
class ProxyIT {

  @Started private static ChatService chat;
  private static ChatClient anybody;

  @BeforeAll
  static void start() {
    anybody = behindProxy(chat.anonymous());
  }

  private static ChatClient behindProxy(ChatClient client) {
    return client
        .with("X-Forwarded-Proto", "https")
        .with("X-Forwarded-Host", "chat.example.com")
        .with("X-Forwarded-Port", "443")
        .with("Forwarded", "proto=https;host=chat.example.com");
  }

  private static void assertLocation(Answer answer, String expected) {
    assertThat(answer.header("Location")).isEqualTo(expected);
    // As a browser resolves it, RFC 3986, section 5.2.
    assertThat(URI.create("https://chat.example.com/any").resolve(expected))
        .hasToString("https://chat.example.com" + expected);
  }

  @Test
  void locatesCreatedResourcesRelativeToTheRequest() {
    var admin = behindProxy(chat.asAdmin());
    var tenant = admin.post("/tenants", Map.of("tenant_name", "Behind a proxy")).expect(201);
    assertLocation(tenant, "/tenants/" + tenant.text("/tenant_id"));
    var member =
        Map.of(
            "name",
            "Ann",
            "email",
            tenant.text("/tenant_id") + "@example.com",
            "password",
            ChatService.PASSWORD,
            "tenant_id",
            tenant.text("/tenant_id"));
    var user = admin.post("/users", member).expect(201);
    assertLocation(user, "/users/" + user.text("/user_id"));
  }

  @Test
  void redirectsRelativeToTheRequest() {
    for (var page : List.of("/demo", "/swagger")) {
      assertLocation(anybody.get(page), page + "/");
    }
  }

  @Test
  void describesTheApiWithoutAnAddress() {
    var document = anybody.get("/openapi.json").expect(200);
    assertThat(document.text("/servers/0/url")).isEqualTo("/");
    assertThat(document.json().get("servers")).hasSize(1);
    var address = chat.uri().getAuthority();
    for (var path :
        List.of("/openapi.json", "/openapi.yaml", "/swagger/swagger-initializer.js", "/nowhere")) {
      assertThat(anybody.get(path).body()).doesNotContain(address, "http://localhost");
    }
  }
}
