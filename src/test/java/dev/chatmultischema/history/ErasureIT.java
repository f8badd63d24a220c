package dev.chatmultischema.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.Poison;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Erasure of a sender's messages: stored, waiting and dead ones. */
@ChatTest(newDatabase = true, settings = "amqp.retryDelays=[50ms]")
class ErasureIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TOMBSTONE = "{\"erased\":true}";

  @Started private static ChatService chat;
  @Started private static Broker broker;
  private static String token;

  private TenantId tenant;
  private ChatClient owner;
  private User erased;
  private ChatClient sender;
  private ChatClient other;

  @BeforeAll
  static void start() {
    token = chat.adminToken();
  }

  @BeforeEach
  void createTenant() {
    tenant = chat.addTenant(token);
    owner = chat.as(token).tenant(tenant);
    erased = chat.addUser(Role.USER, tenant);
    sender = chat.as(chat.login(erased)).tenant(tenant);
    other = chat.asMember(tenant);
  }

  @Test
  void erasesStoredMessagesAtTheirSeq() {
    for (int n = 0; n < 3; n++) {
      sender.post("/messages", content("secret " + n)).expect(202);
      other.post("/messages", content("other " + n)).expect(202);
    }
    await().atMost(PATIENCE).until(owner::head, head -> head == 6);
    var before = owner.messages();

    var accepted = owner.post(path(), Map.of("sender_id", erased.userId())).expect(202);
    var receipt = awaitCompletion(accepted.header("Location"));
    assertThat(receipt.get("erased_messages").asInt()).isEqualTo(3);
    assertThat(receipt.get("sender_id").asText()).isEqualTo(erased.userId().toString());
    assertThat(receipt.get("requested_at")).isEqualTo(accepted.json().get("requested_at"));
    var after = owner.messages();
    for (int i = 0; i < 6; i++) {
      var message = before.get(i);
      boolean isErased = message.get("sender_id").asText().equals(erased.userId().toString());
      assertThat(after.get(i).get("content").toString())
          .isEqualTo(isErased ? TOMBSTONE : message.get("content").toString());
      for (var kept : List.of("seq", "message_id", "sender_id", "created_at")) {
        assertThat(after.get(i).get(kept)).isEqualTo(message.get(kept));
      }
    }

    sender.post("/messages", content("later")).expect(202);
    await().atMost(PATIENCE).until(owner::head, head -> head == 7);
    assertThat(owner.messages().get(6).at("/content/text").asText()).isEqualTo("later");
    var events = owner.get("/audit?limit=20").expect(200).json().get("data");
    assertThat(events)
        .anySatisfy(
            event -> {
              assertThat(event.get("event").asText()).isEqualTo("sender_erased");
              assertThat(event.get("tenant_id").asText()).isEqualTo(tenant.toString());
              assertThat(event.get("user_id").asText()).isEqualTo(erased.userId().toString());
            });
  }

  @Test
  void erasesMessagesThatWait() {
    chat.admin().post("/tasks/kill-consumers?tenant=" + tenant).expect(200);
    sender.post("/messages", content("secret")).expect(202);
    other.post("/messages", content("other")).expect(202);
    var accepted = owner.post(path(), Map.of("sender_id", erased.userId())).expect(202);
    awaitCompletion(accepted.header("Location"));
    sender.post("/messages", content("later")).expect(202);
    chat.admin().post("/tasks/start-consumers?tenant=" + tenant).expect(200);
    await().atMost(PATIENCE).until(owner::head, head -> head == 3);
    assertThat(owner.messages())
        .extracting(message -> message.get("content").toString())
        .containsExactlyInAnyOrder(TOMBSTONE, "{\"text\":\"other\"}", "{\"text\":\"later\"}");
  }

  @Test
  void erasesDeadLetters() throws Exception {
    var poison = Poison.in(chat.jdbi(), tenant.toString());
    sender.post("/messages", content(Poison.MARK + " secret")).expect(202);
    other.post("/messages", content(Poison.MARK + " other")).expect(202);
    var letters = Broker.deadLetters(tenant.toString());
    await().atMost(PATIENCE).until(() -> broker.depth(letters) == 2);
    broker.put(letters, "of another producer");

    var erasure = task(erased.userId()).expect(200).body();
    assertThat(erasure).contains("0 messages and 1 dead letters erased\n");
    var shown = chat.admin().post("/tasks/list-dead-letters?tenant=" + tenant).expect(200).body();
    assertThat(shown)
        .contains("3 of 3", TOMBSTONE, " other", "of another producer")
        .doesNotContain("secret");
    poison.pass();
    chat.admin().post("/tasks/replay-dead-letters?tenant=" + tenant).expect(200);
    await().atMost(PATIENCE).until(owner::head, head -> head == 2);
    assertThat(owner.messages())
        .filteredOn(message -> message.get("sender_id").asText().equals(erased.userId().toString()))
        .singleElement()
        .matches(message -> message.get("content").toString().equals(TOMBSTONE));
  }

  @Test
  void erasesNothingOfAnUnknownSender() {
    assertThat(task(UUID.randomUUID()).expect(200).body())
        .contains("0 messages and 0 dead letters");
    chat.admin().post("/tasks/erase-sender?tenant=" + tenant + "&sender=x").expect(400);
    assertThat(owner.post(path(), Map.of()).status()).isEqualTo(422);
    owner.get(path() + "/" + UUID.randomUUID()).expectProblem(404, "erasure_not_found");
  }

  private static dev.chatmultischema.support.Answer task(String parameters) {
    return chat.admin().post("/tasks/erase-sender?" + parameters);
  }

  private dev.chatmultischema.support.Answer task(UUID id) {
    return task("tenant=" + tenant + "&sender=" + id + "&reason=request");
  }

  private JsonNode awaitCompletion(String location) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> owner.get(location).expect(200).json(),
            receipt -> !receipt.get("completed_at").isNull());
  }

  private static Map<String, Object> content(String text) {
    return Map.of("content", Map.of("text", text));
  }

  private String path() {
    return "/tenants/" + tenant + "/erasures";
  }
}
