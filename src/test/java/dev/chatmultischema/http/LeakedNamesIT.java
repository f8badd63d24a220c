package dev.chatmultischema.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Random invalid bodies on every route with a body: no error is a 5xx or names Java classes. */
@ChatTest
class LeakedNamesIT {

  private static final Pattern JAVA =
      Pattern.compile(
          "chatmultischema|com\\.fasterxml|java\\.|jakarta\\.|jackson|reference chain|Exception"
              + "|StreamRead|\\[Source|`|SQL");

  private static final int ROUNDS = 600;

  @Started private static ChatService chat;
  private static ChatClient client;
  private static ChatClient anonymous;
  private static String user;
  private static TenantId tenant;

  @BeforeAll
  static void start() {
    var token = chat.adminToken();
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
    user = client.get("/users/me").expect(200).text("/user_id");
    anonymous = chat.anonymous();
  }

  @Test
  void reportsADuplicateField() {
    var id = UUID.randomUUID();
    var twice =
        client.post(
            "/messages",
            "{\"message_id\":\"%1$s\",\"message_id\":\"%1$s\",\"content\":{}}".formatted(id));
    assertThat(JAVA.matcher(twice.body()).find()).as(twice.body()).isFalse();
    twice.expectProblem(400, "repeated_key");
  }

  @Test
  void namesNoJavaClassesInErrors() {
    var random = new Random(13);
    for (int round = 0; round < ROUNDS; round++) {
      var body = body(random);
      var sent = send(random.nextInt(8), body);
      assertThat(sent.status()).as("%s: %s", body, sent.body()).isLessThan(500);
      if (sent.status() >= 400) {
        var told = sent.body().replace("\\\"", "");
        assertThat(JAVA.matcher(told).find()).as("%s: %s", body, told).isFalse();
      }
    }
  }

  private static Answer send(int route, String body) {
    return switch (route) {
      case 0 -> client.post("/messages", body);
      case 1 -> client.post("/messages/publish", body);
      case 2 -> client.post("/messages/batch", body);
      case 3 -> client.post("/tenants", body);
      case 4 -> client.post("/users", body);
      case 5 -> client.patch("/users/" + user, body.replace("disabled", "disable"));
      case 6 -> client.put("/tenants/" + tenant + "/config/concurrency", body);
      default -> anonymous.post("/authentication/login", body);
    };
  }

  private static final List<String> FIELDS =
      List.of(
          "message_id",
          "content",
          "messages",
          "tenant_name",
          "workers",
          "role",
          "tenant_id",
          "disabled",
          "x",
          "");

  private static String body(Random random) {
    var text = random.nextInt(6) == 0 ? value(random, 0) : object(random, 0);
    return switch (random.nextInt(8)) {
      case 0 -> text.substring(0, random.nextInt(text.length() + 1));
      case 1 -> text + value(random, 0);
      case 2 -> text.replace('"', '\'');
      case 3 -> "[".repeat(1_500) + text;
      default -> text;
    };
  }

  private static String object(Random random, int depth) {
    var members = new ArrayList<String>();
    for (int n = random.nextInt(5); n >= 0; n--) {
      var name = FIELDS.get(random.nextInt(FIELDS.size()));
      members.add("\"" + name + "\":" + value(random, depth + 1));
    }
    return "{" + String.join(",", members) + "}";
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 12 : 15)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> "1";
      case 3 -> "1e999999999";
      case 4 -> "9".repeat(1 + random.nextInt(400));
      case 5 -> "\"\"";
      case 6 -> "\"" + UUID.randomUUID().toString().toUpperCase(Locale.ROOT) + "\"";
      case 7 -> "\"\\ud800\"";
      case 8 -> "\"a\\u0000b\"";
      case 9 -> "\"admin\"";
      case 10 -> "-";
      case 11 -> "NaN";
      case 12 -> "[" + value(random, depth + 1) + "," + value(random, depth + 1) + "]";
      case 13 -> "{".repeat(3) + "}";
      default -> object(random, depth);
    };
  }
}
