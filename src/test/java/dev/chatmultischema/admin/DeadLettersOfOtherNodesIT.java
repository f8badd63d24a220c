package dev.chatmultischema.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A node shows the first dead letter of a tenant, whichever node declared the queue for it. */
@ChatTest(settings = "amqp.retryDelays=[50ms]")
class DeadLettersOfOtherNodesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Started private static ChatService chat;
  @Started private static Broker broker;

  @Test
  void appearThoughTheQueueWasMissingBefore() throws Exception {
    try (var other = ChatService.start()) {
      var tenant = chat.addTenant(chat.adminToken());
      awaitListed(other, tenant, 0);
      broker.put(Broker.queue(tenant.toString()), "no json");
      awaitListed(other, tenant, 1);
    }
  }

  /** Waits until both nodes list a number of dead letters. */
  private static void awaitListed(ChatService other, TenantId tenant, int deadLetters) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(isListed(chat, tenant, deadLetters)).isTrue();
              assertThat(isListed(other, tenant, deadLetters)).isTrue();
            });
  }

  private static boolean isListed(ChatService node, TenantId tenant, int deadLetters) {
    var table = node.admin().post("/tasks/list-consumers?tenant=" + tenant).expect(200).body();
    return Pattern.compile(tenant + " .* 0 +0 +" + deadLetters + " ").matcher(table).find();
  }
}
