package dev.chatmultischema.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.io.BaseEncoding;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.Routes;
import dev.chatmultischema.support.Routes.RouteParameter;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.glassfish.jersey.model.Parameter.Source;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every parameter of every resource is read by the same rules, with an error text of its own. */
@ChatTest
class ParametersIT {

  /** The description of the valid values of a parameter; one without a row fails the test. */
  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "limit", "must be a whole number from 1 to 500",
          "cursor", "must come from next_cursor",
          "order", "must be asc or desc",
          "X-Tenant-ID", "must be a UUID",
          "after_seq", "must be a whole number of at least 0",
          "tenant_id", "must be a UUID",
          "user_id", "must be a UUID");

  private static final Map<String, String> CODES =
      Map.of(
          "X-Tenant-ID",
          "invalid_tenant",
          "tenant_id",
          "invalid_tenant",
          "user_id",
          "invalid_user");

  @Started private static ChatService chat;
  private static ChatClient client;
  private static TenantId tenant;

  @BeforeAll
  static void start() {
    var token = chat.adminToken();
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
    client.post("/messages", Map.of("content", Map.of("n", 1))).expect(202);
    await().until(client::head, head -> head == 1);
  }

  static Stream<RouteParameter> parameters() {
    // An invalid id of a message or an erasure is the path of none: 404.
    return Routes.parameters().stream()
        .filter(known -> !Set.of("message_id", "erasure_id").contains(known.name()));
  }

  static Stream<RouteParameter> ofQueries() {
    return parameters().filter(known -> known.source() == Source.QUERY);
  }

  private static Answer call(RouteParameter parameter, String value) {
    return switch (parameter.source()) {
      case HEADER ->
          call(
              client.with(parameter.name(), value),
              parameter,
              parameter.path().replace("{message_id}", UUID.randomUUID().toString()));
      case QUERY -> call(client, parameter, path(parameter) + "?" + parameter.name() + "=" + value);
      default ->
          call(
              client,
              parameter,
              parameter
                  .path()
                  .replace("{" + parameter.name() + "}", value)
                  .replace("{erasure_id}", UUID.randomUUID().toString()));
    };
  }

  private static Answer call(ChatClient client, RouteParameter parameter, String path) {
    var body = body(parameter);
    if (parameter.path().endsWith("/import")) {
      return client.with("Content-Type", "application/x-ndjson").post(path, body);
    }
    return switch (parameter.method()) {
      case "GET" -> client.get(path);
      case "DELETE" -> client.delete(path);
      case "POST" -> client.post(path, body);
      case "PUT" -> client.put(path, body);
      case "PATCH" -> client.patch(path, body);
      default -> throw new IllegalArgumentException(parameter.toString());
    };
  }

  /** Returns the path, in the tenant of the client. */
  private static String path(RouteParameter parameter) {
    return parameter
        .path()
        .replace("{tenant_id}", tenant.toString())
        .replace("{erasure_id}", UUID.randomUUID().toString());
  }

  private static String body(RouteParameter parameter) {
    if (parameter.path().endsWith("/identity")) {
      return "{\"issuer\":\"https://example.com\",\"jwks_url\":\"https://example.com/keys\"}";
    }
    if (parameter.path().endsWith("/limits")) {
      return "{\"members\":2}";
    }
    if (parameter.path().endsWith("/retention")) {
      return "{\"retention_days\":2}";
    }
    if (parameter.path().endsWith("/erasures")) {
      return "{\"sender_id\":\"" + UUID.randomUUID() + "\"}";
    }
    return parameter.method().equals("PATCH") ? "{\"name\":\"x\"}" : "{\"workers\":2}";
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void describesItsValidValues(RouteParameter parameter) {
    var words = DESCRIPTIONS.get(parameter.name());
    for (var value : List.of("x", "-1", "%D9%A1", "9".repeat(50))) {
      var refused = call(parameter, value);
      refused.expectProblem(400, CODES.getOrDefault(parameter.name(), "invalid_parameter"));
      assertThat(refused.json().get("errors")).hasSize(1);
      assertThat(refused.text("/errors/0/field")).isEqualTo(parameter.name());
      assertThat(refused.text("/errors/0/message")).isEqualTo(words);
      if (!CODES.containsKey(parameter.name())) {
        assertThat(refused.text("/detail")).isEqualTo(parameter.name() + " " + words);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ofQueries")
  void readsABlankValueAsAbsent(RouteParameter parameter) {
    var absent = client.get(path(parameter)).expect(200).body();
    for (var blank : List.of("", "%20", "+", "%09")) {
      assertThat(call(parameter, blank).expect(200).body()).isEqualTo(absent);
    }
  }

  @ParameterizedTest
  @MethodSource("ofQueries")
  void refusesARepeatedParameter(RouteParameter parameter) {
    var twice = call(parameter, "&" + parameter.name() + "=");
    twice.expectProblem(400, "invalid_parameter");
    assertThat(twice.text("/detail")).isEqualTo(parameter.name() + " must be given once");
  }

  @Test
  void ignoresUnknownParameters() {
    client.get("/messages?LIMIT=x&other=1&other=2").expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "500", "007", "%2020", "20+"})
  void acceptsALimitInAsciiDigits(String limit) {
    for (var path : List.of("/messages", "/tenants", "/users")) {
      client.get(path + "?limit=" + limit).expect(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "501", "-0", "%2B5", "5.0", "%EF%BC%95", "%FF", "99999999999", "1e2"})
  void refusesOtherLimits(String limit) {
    for (var path : List.of("/messages", "/tenants", "/users")) {
      var refused = client.get(path + "?limit=" + limit).expectProblem(400, "invalid_parameter");
      assertThat(refused.text("/errors/0/message")).isEqualTo(DESCRIPTIONS.get("limit"));
    }
  }

  private static String cursor(String text) {
    return BaseEncoding.base64Url().omitPadding().encode(text.getBytes(US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a2",
        "a9223372036854775807",
        "a9223372036854775808",
        "a999999999999999999999999999999"
      })
  void acceptsACursorBeyondTheHead(String position) {
    var page = client.get("/messages?cursor=" + cursor(position)).expect(200);
    assertThat(page.json().get("data")).isEmpty();
    assertThat(page.json().get("has_more").asBoolean()).isFalse();
    client.get("/messages?cursor=" + page.text("/next_cursor")).expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"d2", "d02", "d9223372036854775807", "d999999999999999999999999999999"})
  void listsBackwardsFromACursorBeyondTheHead(String position) {
    var page = client.get("/messages?cursor=" + cursor(position)).expect(200);
    assertThat(page.text("/data/0/seq")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a-1", "a+1", "A1", "b1", "1", "a1 ", "a1.0", " a1"})
  void refusesOtherCursors(String position) {
    client.get("/messages?cursor=" + cursor(position)).expectProblem(400, "invalid_parameter");
  }

  @Test
  void refusesSeveralTenants() {
    var id = client.get("/tenants?limit=1").text("/data/0/tenant_id");
    for (var path : List.of("/messages", "/messages/stream")) {
      client.tenant(id + "," + id).get(path).expectProblem(400, "invalid_tenant");
    }
  }

  @Test
  void findsAMessageByItsIdInOneForm() {
    var id = client.get("/messages?limit=1").text("/data/0/message_id");
    client.get("/messages/" + id.toUpperCase(Locale.ROOT)).expect(200);
    for (var other : List.of("x", id.replace("-", ""), "%EF%BC%90" + id.substring(1))) {
      client.get("/messages/" + other).expectProblem(404, "message_not_found");
    }
  }
}
