package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each server is down for a while: accepted messages are stored, and others are refused. */
class OutageIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TcpProxy database;
  private TcpProxy rabbitmq;
  private TcpProxy redis;
  private ChatService chat;
  private String tenant;
  private ChatClient client;

  @BeforeEach
  void start() throws Exception {
    var backends = Backends.shared();
    var databaseUrl = backends.databaseUrl();
    ChatService.migrate(databaseUrl);
    database = TcpProxy.to(databaseUrl);
    rabbitmq = TcpProxy.to(backends.rabbitmqUrl());
    redis = TcpProxy.to(backends.redisUrl());
    chat =
        ChatService.on(backends)
            .environment("DATABASE_URL", database.url(databaseUrl))
            .environment("RABBITMQ_URL", rabbitmq.url(backends.rabbitmqUrl()))
            .environment("REDIS_URL", redis.url(backends.redisUrl()))
            .start();
    var admin = chat.asAdmin();
    tenant = admin.post("/tenants", Map.of("tenant_name", "Outage")).expect(201).text("/tenant_id");
    client = admin.tenant(tenant);
  }

  @AfterEach
  void stop() throws Exception {
    chat.close();
    database.close();
    rabbitmq.close();
    redis.close();
  }

  @Test
  void refusesMessagesWhileTheBrokerIsDownAndAcceptsThemAfterwards() {
    var message = message(1);
    client.post("/messages", message).expect(202);
    rabbitmq.cut();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var refused = client.post("/messages", message(2));
              refused.expectProblem(503, "broker_unavailable");
              assertThat(refused.header("Retry-After")).isNotNull();
            });
    rabbitmq.restore();
    await().atMost(PATIENCE).until(() -> client.post("/messages", message(3)).status() == 202);
    awaitMessage(3);
  }

  @Test
  void refusesMessagesInTimeWhileTheBrokerIsSilent() {
    rabbitmq.stall();
    client.post("/messages", message(1)).expectProblem(503, "broker_unavailable");
    rabbitmq.restore();
    await().atMost(PATIENCE).until(() -> client.post("/messages", message(2)).status() == 202);
    awaitMessage(2);
  }

  @Test
  void storesMessagesAcceptedWhileTheDatabaseWasDown() {
    client.post("/messages", message(0)).expect(202);
    awaitMessage(0);
    database.cut();
    var accepted = new ArrayList<Integer>();
    for (int n = 1; n <= 50; n++) {
      // The caller is cached for a few seconds; after that, no request can be authorized.
      if (client.post("/messages", message(n)).status() == 202) {
        accepted.add(n);
      }
    }
    client.get("/messages").expectProblem(503, "database_unavailable");
    database.restore();
    await().atMost(PATIENCE).until(() -> stored().containsAll(accepted));
    // A request may still find a connection that was cut.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(seqs())
                    .isEqualTo(LongStream.rangeClosed(1, accepted.size() + 1).boxed().toList()));
    assertThat(stored()).doesNotHaveDuplicates();
    var ledger = new Ledger(chat, tenant);
    assertThat(ledger.of("messages_retried_total")).isZero();
    assertThat(ledger.of("messages_dead_lettered_total")).isZero();
  }

  @Test
  void storesWithoutRedis() {
    redis.cut();
    var batch = IntStream.range(0, 20).mapToObj(OutageIT::message).toList();
    client.post("/messages/batch", Map.of("messages", batch)).expect(202);
    awaitMessage(19);
    await()
        .atMost(PATIENCE)
        .until(() -> chat.anonymous().get("/health").text("/redis").equals("down"));
    assertThat(chat.anonymous().get("/health").expect(200).text("/status")).isEqualTo("degraded");
    redis.restore();
    await()
        .atMost(PATIENCE)
        .until(() -> chat.anonymous().get("/health").text("/status").equals("ok"));
  }

  private static Map<String, Object> message(int n) {
    return Map.of("message_id", UUID.randomUUID(), "content", Map.of("n", n));
  }

  private void awaitMessage(int n) {
    await().atMost(PATIENCE).until(() -> stored().contains(n));
  }

  private List<Integer> stored() {
    var numbers = new ArrayList<Integer>();
    var page = client.get("/messages?limit=500");
    if (page.status() == 200) {
      page.json().get("data").forEach(message -> numbers.add(message.at("/content/n").asInt()));
    }
    return numbers;
  }

  private List<Long> seqs() {
    var seqs = new ArrayList<Long>();
    client
        .get("/messages?limit=500")
        .expect(200)
        .json()
        .get("data")
        .forEach(message -> seqs.add(message.get("seq").asLong()));
    return seqs;
  }
}
