package dev.chatmultischema.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check {@code consumers} names tenants that are not consumed or stuck, but no idle ones. */
class ConsumerHealthIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TcpProxy database;
  private TcpProxy rabbitmq;
  private Broker broker;
  private ChatService chat;
  private ChatClient client;
  private String tenant;

  @BeforeEach
  void start() throws Exception {
    var backends = Backends.shared();
    var databaseUrl = backends.newDatabase();
    ChatService.migrate(databaseUrl);
    database = TcpProxy.to(databaseUrl);
    rabbitmq = TcpProxy.to(backends.rabbitmqUrl());
    broker = new Broker(backends.rabbitmqUrl());
    chat =
        ChatService.on(backends)
            .environment("DATABASE_URL", database.url(databaseUrl))
            .environment("RABBITMQ_URL", rabbitmq.url(backends.rabbitmqUrl()))
            .setting("consumer.stuckAfter", "2s")
            .start();
    var admin = chat.asAdmin();
    tenant = admin.post("/tenants", Map.of("tenant_name", "Health")).expect(201).text("/tenant_id");
    client = admin.tenant(tenant);
    post();
  }

  @AfterEach
  void stop() throws Exception {
    chat.close();
    broker.close();
    rabbitmq.close();
    database.close();
  }

  /** Also after a request that found a connection to the database that was cut. */
  private void awaitMessages(int count) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.messages()).hasSize(count));
  }

  @Test
  void isHealthyWhileIdle() {
    await().atMost(PATIENCE).until(() -> check().startsWith("true"));
    await().during(Duration.ofSeconds(4)).until(() -> check().startsWith("true"));
  }

  @Test
  void namesATenantWhoseMessagesAreNotStored() {
    var handle = chat.jdbi().open();
    handle.begin();
    handle.execute("SELECT FROM tenant_heads FOR UPDATE");
    post();
    await().atMost(PATIENCE).until(() -> check().matches("false.*" + tenant + ": stuck: .*"));
    assertThat(chat.admin().post("/tasks/list-consumers").body()).contains("stuck");
    assertReadyAndAlive();
    handle.rollback();
    handle.close();
    await().atMost(PATIENCE).until(() -> check().startsWith("true"));
    awaitMessages(2);
  }

  @Test
  void namesATenantWhoseMessagesAreNotDelivered() throws Exception {
    chat.admin().post("/tasks/kill-consumers?tenant=" + tenant).expect(200);
    // A single active consumer of another client receives one message and no more.
    var foreign = broker.hold(Broker.queue(tenant));
    chat.admin().post("/tasks/start-consumers?tenant=" + tenant).expect(200);
    post();
    post();
    await().atMost(PATIENCE).until(() -> check().matches("false.*" + tenant + ": stuck: .*"));
    foreign.close();
    await().atMost(PATIENCE).until(() -> check().startsWith("true"));
    awaitMessages(3);
  }

  @Test
  void namesTheReasonOfAPause() throws Exception {
    database.cut();
    broker.put(Broker.queue(tenant), "{}");
    await().atMost(PATIENCE).until(() -> check().matches("false.*" + tenant + ": paused: .+"));
    assertThat(chat.admin().get("/health-check?type=alive").status()).isEqualTo(200);
    database.restore();
    await().atMost(PATIENCE).until(() -> check().startsWith("true"));
    awaitMessages(2);
  }

  @Test
  void namesATenantWithoutAConsumer() {
    rabbitmq.cut();
    await().atMost(PATIENCE).until(() -> check().matches("false.*" + tenant + ": down: .+"));
    assertThat(chat.admin().get("/health-check?type=alive").status()).isEqualTo(200);
    await()
        .atMost(PATIENCE)
        .until(() -> chat.admin().get("/health-check?type=ready").status() == 503);
    rabbitmq.restore();
    await().atMost(PATIENCE).until(() -> check().startsWith("true"));
  }

  private void assertReadyAndAlive() {
    assertThat(chat.admin().get("/health-check?type=ready").status()).isEqualTo(200);
    assertThat(chat.admin().get("/health-check?type=alive").status()).isEqualTo(200);
  }

  /** Returns whether the check is healthy, and its message. */
  private String check() {
    var check = chat.admin().get("/healthcheck").json().get("consumers");
    return check.get("healthy").asText() + " " + check.path("message").asText();
  }

  private void post() {
    client.post("/messages", Map.of("content", Map.of("n", 1))).expect(202);
  }
}
