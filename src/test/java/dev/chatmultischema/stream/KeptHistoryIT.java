package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of a history from which messages were deleted, or contents erased. */
class KeptHistoryIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static ChatService chat;
  private static MessageWriter writer;

  private String token;
  private TenantId tenant;
  private ChatClient client;

  @BeforeAll
  static void start() throws Exception {
    chat = ChatService.start();
    writer = new MessageWriter(Backends.shared().databaseUrl(), Backends.shared().redisUrl());
  }

  @AfterAll
  static void stop() throws Exception {
    writer.close();
    chat.close();
  }

  @BeforeEach
  void createTenant() {
    token = chat.login(chat.addUser(Role.USER, null));
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
  }

  private SseClient open(String position) throws Exception {
    var stream =
        new SseClient(
            chat.uri().resolve("/messages/stream?last_event_id=" + position),
            Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString()));
    await().atMost(PATIENCE).until(() -> !stream.events().isEmpty());
    return stream;
  }

  /** Deletes messages as a tenant's retention does. */
  private void deleteBelow(long seq) {
    chat.jdbi()
        .useTransaction(
            handle -> {
              handle.execute(
                  "INSERT INTO tenant_histories (tenant_id, first_seq) VALUES (?, ?)",
                  tenant.value(),
                  seq);
              handle.execute("DELETE FROM " + tenant.partition() + " WHERE seq < ?", seq);
            });
  }

  @Test
  void resetsPositionsWhoseNextMessagesAreDeleted() throws Exception {
    writer.publish(tenant, 6);
    deleteBelow(4);
    try (var stream = open("2")) {
      assertThat(stream.events().get(0).type()).isEqualTo("reset");
      assertThat(stream.events().get(0).data()).contains("\"head_seq\":6", "\"first_seq\":4");
    }
    for (var position : List.of("3", "0")) {
      try (var stream = open(position)) {
        assertThat(stream.events().get(0).type()).isEqualTo("ready");
        assertThat(stream.events().get(0).data())
            .contains("\"resumed_from\":" + position, "\"first_seq\":4");
        await().atMost(PATIENCE).until(() -> stream.seqs().equals(List.of(4L, 5L, 6L)));
      }
    }
  }

  @Test
  void followsAHistoryOfWhichAllIsDeleted() throws Exception {
    writer.publish(tenant, 3);
    deleteBelow(4);
    try (var stream = open("0")) {
      assertThat(stream.events().get(0).data()).contains("\"head_seq\":3", "\"first_seq\":4");
      writer.publish(tenant, 1);
      await().atMost(PATIENCE).until(() -> stream.seqs().equals(List.of(4L)));
    }
  }

  @Test
  void forgetsErasedContents() throws Exception {
    var sender = client.get("/users/me").expect(200).text("/user_id");
    client.post("/messages", Map.of("content", Map.of("text", "secret"))).expect(202);
    try (var stream = open("0")) {
      await().atMost(PATIENCE).until(() -> stream.seqs().equals(List.of(1L)));
      assertThat(stream.messages().get(0).data()).contains("secret");
      client.post("/tenants/" + tenant + "/erasures", Map.of("sender_id", sender)).expect(202);
      await().atMost(PATIENCE).until(stream::hasEnded);
      assertThat(stream.comments()).anyMatch(comment -> comment.contains("contents were erased"));
    }
    try (var stream = open("0")) {
      await().atMost(PATIENCE).until(() -> stream.seqs().equals(List.of(1L)));
      assertThat(stream.messages().get(0).data())
          .contains("\"content\":{\"erased\":true}")
          .doesNotContain("secret");
    }
  }
}
