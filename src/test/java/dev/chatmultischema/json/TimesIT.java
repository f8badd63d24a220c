package dev.chatmultischema.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times of rows written by SQL, in microseconds as PostgreSQL stores them. */
@ChatTest(newDatabase = true)
@Tag("once")
class TimesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Started private static ChatService chat;

  @ParameterizedTest
  @CsvSource({
    "2026-01-02 03:04:05.678901Z, 2026-01-02T03:04:05.678Z",
    "2026-01-02 03:04:05.678Z,    2026-01-02T03:04:05.678Z",
    "2026-01-02 03:04:05.600000Z, 2026-01-02T03:04:05.600Z",
    "2026-01-02 03:04:05.000009Z, 2026-01-02T03:04:05.000Z",
    "2026-01-02 03:04:00Z,        2026-01-02T03:04:00.000Z"
  })
  void areShownInMilliseconds(String written, String shown) throws Exception {
    var owner = chat.addUser(Role.USER, null);
    var ownersToken = chat.login(owner);
    var tenant = TenantId.createdAt(Instant.now());
    var user = UUID.randomUUID();
    chat.jdbi()
        .useHandle(
            handle -> {
              handle.execute(
                  """
                  INSERT INTO tenants (tenant_id, tenant_name, user_id, created_at)
                  VALUES (?, 'By SQL', ?, ?::timestamptz)
                  """,
                  tenant.value(),
                  owner.userId(),
                  written);
              handle.execute(
                  """
                  INSERT INTO users (user_id, name, email, password, role, tenant_id, created_at)
                  VALUES (?, 'By SQL', ?, 'x', 'user', ?, ?::timestamptz)
                  """,
                  user,
                  user + "@example.com",
                  tenant.value(),
                  written);
            });
    var client = chat.as(ownersToken).tenant(tenant);
    assertThat(client.get("/tenants/" + tenant).expect(200).text("/created_at")).isEqualTo(shown);
    assertThat(client.get("/tenants").expect(200).text("/data/0/created_at")).isEqualTo(shown);
    assertThat(client.get("/users/" + user).expect(200).text("/created_at")).isEqualTo(shown);
    assertThat(client.get("/users").expect(200).text("/data/0/created_at")).isEqualTo(shown);
    assertThat(client.post("/messages/stream/tickets").expect(201).text("/expires_at"))
        .matches(".*:\\d\\d\\.\\d{3}Z");

    var message = post(client);
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE messages SET created_at = ?::timestamptz WHERE tenant_id = ?",
                    written,
                    tenant.value()));
    assertThat(client.get("/messages").expect(200).text("/data/0/created_at")).isEqualTo(shown);
    assertThat(client.get("/messages/" + message).expect(200).text("/created_at")).isEqualTo(shown);
    assertThat(firstData(client)).contains("\"created_at\":\"" + shown + "\"");
  }

  /** Posts a message and waits until it is stored, which needs the partition of the new tenant. */
  private static String post(ChatClient client) {
    var accepted = client.post("/messages", Map.of("content", Map.of())).expect(202);
    assertThat(accepted.text("/accepted_at")).matches(".*:\\d\\d\\.\\d{3}Z");
    await().atMost(PATIENCE).until(() -> client.get("/messages").status() == 200);
    await().atMost(PATIENCE).until(() -> client.head() == 1);
    return accepted.text("/message_id");
  }

  private static String firstData(ChatClient client) throws Exception {
    var stream = client.open("/messages/stream?last_event_id=0");
    try (var lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
      return lines
          .lines()
          .filter(line -> line.startsWith("data: ") && line.contains("message_id"))
          .findFirst()
          .orElseThrow();
    }
  }
}
