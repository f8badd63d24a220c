package dev.chatmultischema.amqp;

import static dev.chatmultischema.support.RealServers.run;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.RealServers;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * A shared quorum queue has no leader, so that RabbitMQ closes the connection of every request
 * about it: posts to tenants' queues go on.
 */
@EnabledIfEnvironmentVariable(
    named = RealServers.DIRECTORY,
    matches = ".+",
    disabledReason = "the embedded broker has no quorum queues; needs servers of ops/servers")
@DisabledIfEnvironmentVariable(
    named = "TEST_CLUSTER",
    matches = ".+",
    disabledReason = "stops the only member of a queue, on the only node")
class SharedQueuesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PASSWORD = UUID.randomUUID().toString();

  private final String vhost = "shared_" + UUID.randomUUID();

  @BeforeEach
  void addVhost() throws Exception {
    run("rabbitmqctl", "add_vhost", vhost);
    run("rabbitmqctl", "add_user", vhost, PASSWORD);
    run("rabbitmqctl", "set_permissions", "-p", vhost, vhost, ".*", ".*", ".*");
  }

  @AfterEach
  void deleteVhost() throws Exception {
    run("rabbitmqctl", "delete_user", vhost);
    run("rabbitmqctl", "delete_vhost", vhost);
  }

  @Test
  void publishesWhileASharedQueueHasNoLeader() throws Exception {
    try (var chat = onVhost().start()) {
      var client = createTenant(chat);
      post(client);
      member("ra:stop_server");
      // A session that is opened now checks the queue, and the sweep reads it every ten seconds.
      run("rabbitmqctl", "close_all_connections", "--vhost", vhost, "a test");
      await()
          .atMost(PATIENCE)
          .until(() -> client.post("/messages", message()).status(), status -> status == 202);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                post(client);
                return rabbitmq(chat).contains("shared queues do not respond");
              });
      // Each reading of the queue ends a session, which is reopened within a fraction of a second.
      await().atMost(PATIENCE).until(() -> rabbitmq(chat).contains("\"healthy\":true"));
      chat.awaitReady();

      try (var another = onVhost().start()) {
        post(client.at(another));
      }

      member("ra:restart_server");
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                post(client);
                return !rabbitmq(chat).contains("warning");
              });
    }
  }

  private ChatService.Setup onVhost() {
    var url = URI.create(Backends.shared().rabbitmqUrl());
    return ChatService.on(Backends.shared())
        .environment(
            "RABBITMQ_URL",
            "amqp://%s:%s@%s:%d/%s".formatted(vhost, PASSWORD, url.getHost(), url.getPort(), vhost))
        .environment("RABBITMQ_QUEUE_TYPE", "quorum");
  }

  /** Stops or starts the member of the queue of unrouted messages. */
  private void member(String function) throws Exception {
    var expression = "ok = %s(quorum_queues, {'%s_chat_unrouted', node()}).";
    run("rabbitmqctl", "eval", expression.formatted(function, vhost));
  }

  private static ChatClient createTenant(ChatService chat) {
    var admin = chat.asAdmin();
    var tenant = admin.post("/tenants", Map.of("tenant_name", "Shared")).expect(201);
    return admin.tenant(tenant.text("/tenant_id"));
  }

  private static Map<String, ?> message() {
    return Map.of("content", Map.of("text", "hello"));
  }

  private static void post(ChatClient client) {
    client.post("/messages", message()).expect(202);
  }

  private static String rabbitmq(ChatService chat) {
    return chat.admin().get("/healthcheck").json().at("/rabbitmq").toString();
  }
}
