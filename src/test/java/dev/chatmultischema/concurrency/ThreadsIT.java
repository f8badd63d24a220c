package dev.chatmultischema.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long-lived threads continue after an interrupt that is no shutdown. */
@ChatTest
class ThreadsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Started private static ChatService chat;
  private static ChatClient client;

  @BeforeAll
  static void start() {
    TenantId tenant = chat.addTenant(chat.adminToken());
    client = chat.asMember(tenant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rabbitmq-publisher",
        "rabbitmq-topology",
        "publish-sender",
        "publish-bulk-sender",
        "publish-deadlines",
        "consumer-reconciler",
        "consumer-worker-",
        "consumer-pauses",
        "consumer-watch",
        "redis-broadcaster",
        "redis-subscriber",
        "redis-subscriber-commands",
        "node-registry",
        "unrouted",
        "stream-heads",
        "stream-grants",
        "stream-fetcher-",
        "stream-tickets",
        "stream-event-loop-",
        "stream-reader-",
        "tenant-janitor"
      })
  void acceptsAndStoresMessagesAfterAnInterrupt(String name) {
    long before = client.head();
    var threads = threads(name);
    assertThat(threads).isNotEmpty();
    threads.forEach(Thread::interrupt);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                client.post("/messages", Map.of("content", Map.of("text", "on"))).status() == 202);
    await().atMost(PATIENCE).until(() -> client.head() > before);
    // A new tenant needs the publisher, the reconciler and the workers.
    var admin = chat.asAdmin();
    var created =
        Answer.repeated(
            PATIENCE, () -> admin.post("/tenants", Map.of("tenant_name", "After an interrupt")));
    var tenant = TenantId.fromString(created.expect(201).text("/tenant_id"));
    var member = chat.asMember(tenant);
    var message = Map.of("message_id", UUID.randomUUID(), "content", Map.of("text", "new"));
    Answer.repeated(PATIENCE, () -> member.post("/messages", message)).expect(202);
    await().atMost(PATIENCE).until(() -> member.head() == 1);
    assertThat(threads(name)).hasSameSizeAs(threads);
    assertThat(chat.admin().get("/health-check?type=alive").status()).isEqualTo(200);
  }

  private static List<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .filter(thread -> !thread.getName().startsWith(name + "-"))
        .toList();
  }
}
