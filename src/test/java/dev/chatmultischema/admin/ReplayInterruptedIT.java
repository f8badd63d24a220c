package dev.chatmultischema.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An interrupted replay loses nothing and may be repeated; its republished messages are known. */
class ReplayInterruptedIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LETTERS = 5_000;

  private String databaseUrl;
  private TcpProxy database;
  private TcpProxy rabbitmq;
  private ChatService chat;
  private Broker broker;
  private String tenant;
  private ChatClient client;

  @BeforeEach
  void start() throws Exception {
    var backends = Backends.shared();
    // Tasks of other tests would wait for the receipts of a node that was killed here.
    databaseUrl = backends.newDatabase();
    ChatService.migrate(databaseUrl);
    database = TcpProxy.to(databaseUrl);
    rabbitmq = TcpProxy.to(backends.rabbitmqUrl());
    chat =
        ChatService.on(backends)
            .environment("DATABASE_URL", database.url(databaseUrl))
            .environment("RABBITMQ_URL", rabbitmq.url(backends.rabbitmqUrl()))
            .start();
    broker = new Broker(backends.rabbitmqUrl());
    var admin = chat.asAdmin();
    tenant = admin.post("/tenants", Map.of("tenant_name", "Cut")).expect(201).text("/tenant_id");
    client = admin.tenant(tenant);
    broker.declareDeadLetters(tenant);
    broker.fill(Broker.deadLetters(tenant), LETTERS);
  }

  @AfterEach
  void stop() throws Exception {
    chat.close();
    broker.close();
    database.close();
    rabbitmq.close();
  }

  @Test
  void continuesAfterALostConnectionToTheBroker() {
    var answer = replayInBackground();
    awaitMidway();
    rabbitmq.cut();
    assertThat(answer.join().expect(500).body()).contains("stopped", "repeat the task");
    rabbitmq.restore();
    chat.awaitReady();
    replayTheRest();
  }

  @Test
  void continuesAfterALostConnectionToTheDatabase() {
    var answer = replayInBackground();
    awaitMidway();
    database.cut();
    assertThat(answer.join().expect(500).body()).contains("stopped", "repeat the task");
    database.restore();
    chat.awaitReady();
    replayTheRest();
  }

  @Test
  void continuesAfterItsNodeWasKilled() throws Exception {
    var backends = Backends.shared();
    var environment =
        ServiceProcess.environment(databaseUrl, backends.rabbitmqUrl(), backends.redisUrl());
    try (var other = ServiceProcess.start(environment)) {
      var cut =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return other.task("replay-dead-letters?tenant=" + tenant);
                } catch (IOException e) {
                  return -1;
                }
              });
      awaitMidway();
      other.kill();
      assertThat(cut.join()).isEqualTo(-1);
    }
    replayTheRest();
  }

  private CompletableFuture<Answer> replayInBackground() {
    return CompletableFuture.supplyAsync(this::replay);
  }

  private Answer replay() {
    return chat.admin().post("/tasks/replay-dead-letters?tenant=" + tenant);
  }

  private void awaitMidway() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> broker.depth(Broker.deadLetters(tenant)) < LETTERS - 500);
  }

  private void replayTheRest() {
    // The broker may still have to return those that a killed node was replaying.
    await()
        .atMost(PATIENCE)
        .until(() -> replay().status() == 200 && broker.depth(Broker.deadLetters(tenant)) == 0);
    // A request may still find a connection to the database that was cut.
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.messages()).hasSize(LETTERS));
    var stored = client.messages();
    assertThat(stored.stream().map(message -> message.at("/content/n").asInt()).distinct())
        .hasSize(LETTERS);
    assertThat(stored.stream().map(message -> message.get("seq").asLong()).toList())
        .isEqualTo(LongStream.rangeClosed(1, LETTERS).boxed().toList());
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.queue(tenant)) == 0);
  }
}
