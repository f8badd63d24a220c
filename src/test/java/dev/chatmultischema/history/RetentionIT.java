package dev.chatmultischema.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deletion of expired messages. */
@ChatTest(
    newDatabase = true,
    settings = {"history.retentionInterval=200ms", "history.retentionDays=30"})
class RetentionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Started private static ChatService chat;
  private static String token;

  private TenantId tenant;
  private ChatClient client;

  @BeforeAll
  static void start() {
    token = chat.adminToken();
  }

  @BeforeEach
  void createTenant() {
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
  }

  @Test
  void deletesTheOldestMessagesInSteps() {
    post(2_500);
    // More than two steps, and one more that is no part of the beginning.
    age(2_200, 10);
    age(2_300, 2_300, 10);
    var before = client.get("/messages?limit=1").expect(200).text("/next_cursor");

    var set = client.put(path(), Map.of("retention_days", 5)).expect(200);
    assertThat(set.text("/retention_days")).isEqualTo("5");
    await().atMost(PATIENCE).until(this::firstStored, seq -> seq == 2_201);
    assertThat(client.get(path()).expect(200).json().toString())
        .isEqualTo("{\"retention_days\":5,\"first_seq\":2201}");
    assertThat(client.get("/messages?limit=1").text("/first_seq")).isEqualTo("2201");
    assertThat(client.get("/messages?limit=500&order=desc").text("/first_seq")).isEqualTo("2201");
    assertThat(client.messages()).hasSize(300);
    var next = client.get("/messages?limit=1&cursor=" + before).expect(200);
    assertThat(next.text("/data/0/seq")).isEqualTo("2201");
    post(1);
    assertThat(client.head()).isEqualTo(2_501);
  }

  @Test
  void deletesAllIfAllAreExpired() {
    post(10);
    age(10, 3);
    client.put(path(), Map.of("retention_days", 1)).expect(200);
    await().atMost(PATIENCE).until(client::messages, List::isEmpty);
    assertThat(client.get(path()).text("/first_seq")).isEqualTo("11");
    client.post("/messages", Map.of("content", Map.of("text", "later"))).expect(202);
    await().until(this::firstStored, seq -> seq == 11);
  }

  @Test
  void appliesTheConfiguredRetentionUnlessAnotherIsSet() {
    var keeping = chat.addTenant(token);
    var keeper = chat.as(token).tenant(keeping);
    keeper.put("/tenants/" + keeping + "/retention", "{\"retention_days\":null}").expect(200);
    keeper.post("/messages", Map.of("content", Map.of("n", 1))).expect(202);
    await().until(keeper::head, head -> head == 1);
    age(keeping, 1, 1, 40);
    assertThat(client.get(path()).expect(200).json().toString())
        .isEqualTo("{\"retention_days\":30,\"first_seq\":1}");
    post(3);
    age(2, 40);
    await().atMost(PATIENCE).until(this::firstStored, seq -> seq == 3);
    assertThat(keeper.messages()).hasSize(1);
    var kept = keeper.get("/tenants/" + keeping + "/retention").expect(200).json();
    assertThat(kept.get("retention_days").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "36501"})
  void refusesOtherDays(String days) {
    client.put(path(), "{\"retention_days\":" + days + "}").expectProblem(422, "validation_failed");
    assertThat(client.put(path(), "{\"retention_days\":\"x\"}").status()).isIn(400, 422);
    assertThat(client.put(path(), "{\"days\":1}").status()).isIn(400, 422);
    assertThat(client.get(path()).text("/retention_days")).isEqualTo("30");
  }

  private void post(int messages) {
    long head = client.head();
    for (int sent = 0; sent < messages; sent += 500) {
      var batch =
          Collections.nCopies(
              Math.min(500, messages - sent), Map.of("content", Map.of("text", "hello")));
      client.post("/messages/batch", Map.of("messages", batch)).expect(202);
    }
    await().atMost(PATIENCE).until(client::head, now -> now == head + messages);
  }

  private void age(long last, int days) {
    age(1, last, days);
  }

  private void age(long first, long last, int days) {
    age(tenant, first, last, days);
  }

  private static void age(TenantId aged, long first, long last, int days) {
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE messages SET created_at = created_at - make_interval(days => ?)"
                        + " WHERE tenant_id = ? AND seq BETWEEN ? AND ?",
                    days,
                    aged.value(),
                    first,
                    last));
  }

  private long firstStored() {
    return client.get("/messages?limit=1").expect(200).json().at("/data/0/seq").asLong();
  }

  private String path() {
    return "/tenants/" + tenant + "/retention";
  }
}
