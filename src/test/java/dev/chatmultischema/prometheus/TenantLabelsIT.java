package dev.chatmultischema.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node that starts gives its labels to the tenants with the most messages. */
class TenantLabelsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void labelsTheTenantWithTheMostMessagesThoughOthersAreOlder() {
    var database = Backends.shared().newDatabase();
    ChatService.migrate(database);
    TenantId quiet;
    TenantId busy;
    try (var chat =
        ChatService.on(Backends.shared()).environment("DATABASE_URL", database).start()) {
      quiet = chat.addTenant(chat.adminToken());
      busy = chat.addTenant(chat.adminToken());
      send(chat.asMember(quiet), 1);
      send(chat.asMember(busy), 3);
    }
    var oneLabel =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", database)
            .setting("prometheus.maxTenants", "1");
    try (var chat = oneLabel.start()) {
      send(chat.asMember(quiet), 1);
      send(chat.asMember(busy), 2);
      var metrics = chat.admin().get("/prometheus").expect(200).body();
      assertThat(metrics)
          .contains("chat_messages_accepted_total{tenant=\"" + busy + "\",} 2.0")
          .contains("chat_messages_accepted_total{tenant=\"other\",} 1.0")
          .doesNotContain(quiet.toString());
    }
  }

  private static void send(ChatClient member, int count) {
    long head = member.head();
    for (int n = 0; n < count; n++) {
      member.post("/messages", Map.of("content", Map.of("n", n))).expect(202);
    }
    await().atMost(PATIENCE).until(() -> member.head() == head + count);
  }
}
