package dev.chatmultischema.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.JsonEquality;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every invalid request gets a problem that describes its error. */
@ChatTest
class ProblemsIT {

  @Started private static ChatService chat;
  private static ChatClient admin;
  private static ChatClient sender;

  @BeforeAll
  static void start() {
    admin = chat.asAdmin();
    var tenant = admin.post("/tenants", Map.of("tenant_name", "Problems")).expect(201);
    sender = admin.tenant(tenant.text("/tenant_id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "{\"tenant_name\":",
        "{\"tenant_name\":'x'}",
        "{tenant_name:\"x\"}",
        "x",
        "{} {}",
        "{\"tenant_name\":\"x\",}",
        "// x\n{}",
        "\"\\u00zz\"",
        "{\"tenant_name\":\"a\tb\"}",
        "NaN"
      })
  void locatesMalformedJson(String body) {
    var refused = admin.post("/tenants", body);
    assertThat(refused.status()).as(refused.body()).isIn(400, 422);
    refused.expectProblem(
        refused.status(), refused.status() == 400 ? "malformed_json" : "validation_failed");
    assertHygiene(refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                     | body",
        "null                                   | body",
        "\"x\"                                  | body",
        "1                                      | body",
        "{\"tenant_name\":1}                    | tenant_name",
        "{\"tenant_name\":null}                 | tenant_name",
        "{\"tenant_name\":[]}                   | tenant_name",
        "{\"tenant_name\":\"x\",\"workers\":\"3\"}  | workers",
        "{\"tenant_name\":\"x\",\"workers\":3.5}    | workers",
        "{\"tenant_name\":\"x\",\"workers\":1e99}   | workers",
        "{\"tenant_name\":\"x\",\"workers\":true}   | workers",
        "{\"tenant_name\":\"x\",\"workers\":99999999999999999999} | workers",
        "{\"tenant_name\":\"x\",\"surprise\":1}     | surprise",
        "{\"tenant_name\":\"x\",\"tenant_id\":\"y\"}  | tenant_id",
        "{}                                     | tenant_name"
      })
  void namesTheInvalidField(String body, String field) {
    var refused = admin.post("/tenants", body).expectProblem(422, "validation_failed");
    assertThat(refused.json().get("errors").findValuesAsText("field")).contains(field);
    assertHygiene(refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"messages\":[]}                                       | messages",
        "{\"messages\":[null]}                                   | messages[0]",
        "{\"messages\":[{\"content\":{}},{}]}                    | messages[1].content",
        "{\"messages\":[{\"content\":{}},{\"content\":[]}]}      | messages[1].content",
        "{\"messages\":[{\"content\":{},\"message_id\":\"1\"}]}  | messages[0].message_id",
        "{\"messages\":[{\"content\":{},\"message_id\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}]}  | messages[0].message_id",
        "{\"messages\":{}}                                       | messages"
      })
  void namesTheInvalidMessageOfABatch(String body, String field) {
    var refused = sender.post("/messages/batch", body).expectProblem(422, "validation_failed");
    var fields = refused.json().get("errors").findValuesAsText("field");
    assertThat(fields).anySatisfy(named -> assertThat(named).startsWith(field.split("\\[")[0]));
    assertHygiene(refused);
  }

  @Test
  void refusesAnEmptyBody() {
    admin.post("/tenants").expectProblem(422, "validation_failed");
    admin.post("/tenants", " ").expectProblem(422, "validation_failed");
  }

  @Test
  void refusesALargeBody() {
    var large = "{\"tenant_name\":\"" + "x".repeat(600 * 1024) + "\"}";
    admin.post("/tenants", large).expectProblem(413, "body_too_large");
    // Before all other errors: the body is read before the tenant is authorized.
    admin.post("/messages", large).expectProblem(413, "body_too_large");
    sender.post("/messages", content("x".repeat(65_536))).expectProblem(422, "validation_failed");
    sender.post("/messages", content("x".repeat(65_525))).expect(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded"})
  void refusesOtherMediaTypes(String type) {
    admin
        .with("Content-Type", type)
        .post("/tenants", "{\"tenant_name\":\"x\"}")
        .expectProblem(415, "unsupported_media_type");
  }

  @Test
  void acceptsEveryNameOfJsonInUtf8() {
    admin
        .with("Content-Type", "application/json; charset=utf-8")
        .post("/tenants", "{\"tenant_name\":\"x\"}")
        .expect(201);
  }

  @Test
  void refusesToRespondInOtherMediaTypes() {
    admin.with("Accept", "text/html").get("/tenants").expectProblem(406, "not_acceptable");
    admin.with("Accept", "text/html, */*;q=0.1").get("/tenants").expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/nowhere", "/tenants/x/y/z", "/messages/stream/nowhere"})
  void respondsNotFoundToOtherPaths(String path) {
    var refused = admin.get(path);
    refused.expectProblem(404, "not_found");
    assertHygiene(refused);
  }

  @Test
  void namesTheAllowedMethods() {
    var refused = admin.delete("/tenants").expectProblem(405, "method_not_allowed");
    assertThat(refused.header("Allow")).contains("GET").contains("POST").doesNotContain("DELETE");
    admin.post("/users/me", "{}").expectProblem(405, "method_not_allowed");
    admin.put("/authentication/login", "{}").expectProblem(405, "method_not_allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=x",
        "limit=99999999999",
        "cursor=x",
        "order=up",
        "order=ASC",
        "cursor=YTE&order=desc",
        "cursor=%00",
        "cursor=%F0%9F%98%80"
      })
  void namesTheInvalidParameter(String query) {
    var refused = sender.get("/messages?" + query).expectProblem(400, "invalid_parameter");
    assertThat(query).contains(refused.text("/errors/0/field"));
    assertHygiene(refused);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "{}", "0", "\u00e9", "00000000-0000-0000-0000-00000000000g"})
  void refusesInvalidTenantIds(String tenant) {
    assertHygiene(
        admin.with("X-Tenant-ID", tenant).get("/messages").expectProblem(400, "invalid_tenant"));
  }

  @Test
  void acceptsATenantIdInUpperCase() {
    var tenant = admin.post("/tenants", Map.of("tenant_name", "Upper")).text("/tenant_id");
    admin.tenant(tenant.toUpperCase(Locale.ROOT)).get("/messages").expect(200);
  }

  @Test
  void refusesALongUri() throws IOException {
    var answer = raw("GET /tenants?cursor=" + "x".repeat(20_000) + " HTTP/1.1");
    assertThat(answer).startsWith("HTTP/1.1 414");
    assertThat(answer).contains("application/problem+json").contains("\"status\":414");
  }

  @Test
  void refusesLargeHeaders() throws IOException {
    var answer = raw("GET /health HTTP/1.1\r\nX-Large: " + "x".repeat(20_000));
    assertThat(answer).startsWith("HTTP/1.1 431");
    assertThat(answer).contains("application/problem+json").contains("\"status\":431");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /tenants/%00 HTTP/1.1",
        "GET /tenants/%2e%2e/health HTTP/1.1",
        "GET /tenants/%zz HTTP/1.1",
        "GET /tenants;x=y HTTP/1.1",
        "GET /tenants/a%2fb HTTP/1.1",
        "GET /users// HTTP/1.1",
        "G\u00cbT /health HTTP/1.1",
        "GET /health HTTP/9.9",
        "FETCH /health HTTP/1.1",
        "TRACE /health HTTP/1.1"
      })
  void respondsToMalformedRequestsWithAProblem(String request) throws IOException {
    var answer = raw(request);
    assertThat(answer).startsWith("HTTP/1.1 ");
    var status = Integer.parseInt(answer.substring(9, 12));
    assertThat(status).as(answer).isBetween(400, 505).isNotEqualTo(500);
    assertThat(answer).contains("application/problem+json").contains("\"status\":" + status);
    assertThat(answer).doesNotContain("Exception").doesNotContain("jetty");
  }

  @Test
  void announcesTheCloseAfterAnUnreadBody() throws IOException {
    var answer =
        raw("POST /tenants HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9", "");
    assertThat(answer).startsWith("HTTP/1.1 401").containsIgnoringCase("Connection: close");
  }

  @Test
  void refusesInvalidUtf8() {
    var start = "{\"content\":{\"text\":\"";
    for (var bytes :
        List.of(
            new byte[] {(byte) 0xff},
            new byte[] {(byte) 0xc3},
            new byte[] {(byte) 0xc0, (byte) 0x80},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})) {
      var body = new ByteArrayOutputStream();
      body.writeBytes(start.getBytes(UTF_8));
      body.writeBytes(bytes);
      body.writeBytes("\"}}".getBytes(UTF_8));
      var refused = sender.post("/messages", body.toByteArray());
      assertThat(refused.status()).isEqualTo(400);
      refused.expectProblem(400, "malformed_json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00x\"}",
        "{\"a\":\"\\ud800\\ud800\"}",
        "{\"\\udfff\":1}",
        "{\"a\":{\"b\":[\"\\u0000\"]}}"
      })
  void refusesTextThatCannotBeStored(String content) {
    var refused = sender.post("/messages", "{\"content\":" + content + "}");
    assertThat(refused.status()).as(refused.body()).isIn(400, 422);
    refused.expectProblem(
        refused.status(), refused.status() == 400 ? "malformed_json" : "validation_failed");
    assertHygiene(refused);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"x\"", "null", "true"})
  void refusesContentOtherThanObjects(String content) {
    sender
        .post("/messages", "{\"content\":" + content + "}")
        .expectProblem(422, "validation_failed");
  }

  @Test
  void refusesNestingBeyondItsBound() {
    var deep = "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000);
    var refused = sender.post("/messages", "{\"content\":" + deep + "}");
    assertThat(refused.status()).as(refused.body()).isIn(400, 422);
    assertHygiene(refused);
    var well = "{\"a\":".repeat(500) + "1" + "}".repeat(500);
    JsonEquality.assertEqual(stored(well), well);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"n\":0.1}",
        "{\"n\":1.0}",
        "{\"n\":-0}",
        "{\"n\":1E400}",
        "{\"n\":1e-400}",
        "{\"n\":123456789012345678901234567890.123456789012345678901234567890}",
        "{\"b\":1,\"a\":2,\"aa\":{},\"\":[]}",
        "{\"text\":\"😀 \\u0001 \\\" \\\\ é \\u2028\"}"
      })
  void returnsContentEqualAsJson(String content) {
    JsonEquality.assertEqual(stored(content), content);
  }

  @Test
  void returnsNumbersOfAnySize() {
    var content = "{\"n\":" + "9".repeat(60_000) + "}";
    JsonEquality.assertEqual(stored(content), content);
  }

  @Test
  void refusesStrangersUnderOtherFormsOfAPath() {
    var tenant = UUID.randomUUID();
    for (var path : List.of("/tenants/" + tenant + "/", "/tenants/./" + tenant)) {
      assertThat(chat.anonymous().get(path).status()).isIn(400, 401, 404);
    }
  }

  /** Publishes content, and returns its text in the list. */
  private static String stored(String content) {
    var id =
        sender.post("/messages", "{\"content\":" + content + "}").expect(202).text("/message_id");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> sender.get("/messages/" + id).expect(200));
    var body = sender.get("/messages/" + id).expect(200).body();
    var from = body.indexOf("\"content\":") + "\"content\":".length();
    return body.substring(from, body.indexOf(",\"created_at\"", from));
  }

  private static Map<String, Object> content(String text) {
    return Map.of("content", Map.of("text", text));
  }

  /** Asserts that an error does not reveal the implementation. */
  private static void assertHygiene(Answer answer) {
    JsonNode problem = answer.json();
    assertThat(problem.fieldNames())
        .toIterable()
        .contains("type", "title", "status", "detail", "code");
    assertThat(answer.body())
        .doesNotContain("Exception")
        .doesNotContain("dev.chatmultischema")
        .doesNotContain("com.fasterxml")
        .doesNotContain("java.")
        .doesNotContain("SELECT")
        .doesNotContain("\tat ");
  }

  /** Sends a request line and headers byte for byte, and returns the response. */
  private static String raw(String request) throws IOException {
    return raw(request, "Connection: close\r\n");
  }

  private static String raw(String request, String more) throws IOException {
    URI uri = chat.uri();
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      var text = request + "\r\nHost: localhost\r\n" + more + "\r\n";
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
