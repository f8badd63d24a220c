package dev.chatmultischema.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.faults.ServerFaultsIT;
import dev.chatmultischema.support.ChatService;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import redis.clients.jedis.Jedis;

/** Users of the three servers without all privileges that the service needs. */
class PrivilegesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PASSWORD = "Sesame-4711";

  /** The privileges that statements need on each table. */
  private static final Map<String, String> NEEDED =
      Map.ofEntries(
          Map.entry("users", "DELETE, INSERT, SELECT, UPDATE"),
          Map.entry("tenants", "DELETE, INSERT, SELECT, UPDATE"),
          Map.entry("messages", "SELECT"),
          Map.entry("tenant_heads", "SELECT, UPDATE"),
          Map.entry("erasures", "INSERT, SELECT, UPDATE"),
          Map.entry("tenant_histories", "INSERT, SELECT, UPDATE"),
          Map.entry("tenant_limits", "INSERT, SELECT, UPDATE"),
          Map.entry("stream_tickets", "DELETE, INSERT, SELECT"),
          Map.entry("nodes", "DELETE, INSERT, SELECT, UPDATE"),
          Map.entry("orders", "DELETE, INSERT, SELECT"),
          Map.entry("receipts", "INSERT, SELECT"),
          Map.entry("audit", "INSERT, SELECT"),
          Map.entry("databasechangelog", "SELECT"),
          Map.entry("tenant_identities", "DELETE, INSERT, SELECT, UPDATE"),
          Map.entry("external_members", "INSERT, SELECT, UPDATE"));

  private final String user = "chat_" + UUID.randomUUID().toString().replace("-", "");

  @Test
  void isReadyOnlyWithThePrivilegesOnEachTable() {
    var url = Backends.shared().newDatabase();
    ChatService.migrate(url);
    execute(url, "CREATE ROLE %1$s LOGIN PASSWORD '%2$s'".formatted(user, PASSWORD));
    var role = url.replace(URI.create(url).getRawUserInfo(), user + ":" + PASSWORD);
    var setup =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", role)
            .environment("DATABASE_OWNER_URL", DatabaseRoles.owner(url));

    try (var chat = setup.startAnyway()) {
      for (var needed : NEEDED.entrySet()) {
        var table = needed.getKey();
        var missing = "may not %s table %s: GRANT".formatted(needed.getValue(), table);
        awaitUnready(chat, "postgresql", missing);
        execute(url, "GRANT %s ON %s TO %s".formatted(needed.getValue(), table, user));
      }
      awaitUnready(chat, "postgresql", "may not use sequence tenant_epoch");
      execute(url, "GRANT USAGE ON SEQUENCE tenant_epoch TO " + user);
      for (var function :
          List.of(
              "tenant_heads_of(uuid[])",
              "complete_audit(bigint, text)",
              "delete_old_audit(interval, integer)")) {
        awaitUnready(chat, "postgresql", "may not execute function " + function);
        execute(url, "GRANT EXECUTE ON FUNCTION %s TO %s".formatted(function, user));
      }
      chat.awaitReady();

      useTenant(chat);

      execute(url, "REVOKE UPDATE ON tenant_heads FROM " + user);
      awaitUnready(chat, "postgresql", "may not UPDATE table tenant_heads");
      execute(url, "GRANT UPDATE ON tenant_heads TO " + user);
      chat.awaitReady();

      execute(url, "ALTER TABLE messages OWNER TO CURRENT_USER");
      awaitUnready(chat, "postgresql", "does not own table messages");
      execute(url, "ALTER TABLE messages OWNER TO " + DatabaseRoles.ownerRole());
      chat.awaitReady();
    }
  }

  @Test
  void isDegradedIfRedisRefusesAChannelOrThePassword() {
    var url = URI.create(Backends.shared().redisUrl());
    var as = "redis://%s:%s@%s:%d".formatted(user, PASSWORD, url.getHost(), url.getPort());
    try (var redis = new Jedis(url)) {
      redis.aclSetUser(user, "on", ">" + PASSWORD, "+@all", "resetchannels", "&chat:wakeup:*");
      try (var chat = ChatService.on(Backends.shared()).environment("REDIS_URL", as).start()) {
        awaitCheck(chat, "redis", "PUBLISH chat:tenant:");
        awaitCheck(chat, "redis", "SUBSCRIBE chat:tenant:");
        assertThat(chat.anonymous().get("/health").expect(200).body()).contains("degraded");

        redis.aclSetUser(user, "&chat:*", "-subscribe");
        awaitCheck(chat, "redis", "SUBSCRIBE chat:wakeup:");
        redis.aclSetUser(user, "+subscribe");
        awaitHealthy(chat, "redis");
        redis.aclSetUser(user, "resetpass", ">another");
        awaitCheck(chat, "redis", "WRONGPASS");
        assertThat(chat.admin().get("/health-check?type=ready").status()).isEqualTo(200);
      } finally {
        redis.aclDelUser(user);
      }
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = ServerFaultsIT.SERVERS,
      matches = ".+",
      disabledReason = "the embedded broker has no permissions; needs servers of ops/servers")
  void isReadyOnlyWithRabbitmqPermissionsOnTheNamesOfTenants() throws Exception {
    rabbitmqctl("add_user", user, PASSWORD);
    try (var chat = onRabbitmq("/").startAnyway()) {
      awaitRefused(chat, "refused for user '" + user, "(connection.open)");
      permit("^tenant_", ".*", ".*");
      awaitRefused(chat, "chat.unrouted", "(exchange.declare, needs configure");
      permit("^chat", ".*", ".*");
      awaitRefused(chat, "tenant_", "(queue.declare, needs configure");
      permit(".*", "^(chat|tenant_)", ".*");
      awaitRefused(chat, "amq.default", "(basic.publish, needs write");
      permit(".*", "^(chat\\.tenants|chat\\.unrouted|chat_|tenant_|amq\\.default)", ".*");
      awaitRefused(chat, "chat.retry.", "(basic.publish, needs write");
      permit(".*", ".*", "^chat");
      awaitRefused(chat, "tenant_", "(basic.get, needs read");
      permit("^(chat|tenant_)", "^(chat|tenant_|amq\\.default$)", "^(chat|tenant_)");
      chat.awaitReady();

      useTenant(chat);
    } finally {
      rabbitmqctl("delete_user", user);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = ServerFaultsIT.SERVERS,
      matches = ".+",
      disabledReason = "the embedded broker has one virtual host; needs servers of ops/servers")
  void isNotReadyWithoutTheVirtualHostOrWithAWrongPassword() throws Exception {
    rabbitmqctl("add_user", user, PASSWORD);
    try (var chat = onRabbitmq("/nowhere").startAnyway()) {
      awaitRefused(chat, "vhost nowhere not found", "(connection.open)");
      rabbitmqctl("change_password", user, "another");
      awaitRefused(chat, "ACCESS_REFUSED", "Login was refused");
    } finally {
      rabbitmqctl("delete_user", user);
    }
  }

  private ChatService.Setup onRabbitmq(String vhost) {
    var url = URI.create(Backends.shared().rabbitmqUrl());
    ChatService.migrate(Backends.shared().databaseUrl());
    return ChatService.on(Backends.shared())
        .environment(
            "RABBITMQ_URL",
            "amqp://%s:%s@%s:%d%s".formatted(user, PASSWORD, url.getHost(), url.getPort(), vhost));
  }

  private void permit(String configure, String write, String read) throws Exception {
    rabbitmqctl("set_permissions", user, configure, write, read);
  }

  private static void rabbitmqctl(String command, String... arguments) throws Exception {
    var line =
        Stream.concat(
                Stream.of(
                    "ops/servers", "rabbitmqctl", System.getenv(ServerFaultsIT.SERVERS), command),
                Arrays.stream(arguments))
            .toList();
    var process = new ProcessBuilder(line).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static void useTenant(ChatService chat) {
    var admin = chat.asAdmin();
    var tenant = admin.post("/tenants", Map.of("tenant_name", "Acme")).expect(201);
    var client = admin.tenant(tenant.text("/tenant_id"));
    client.post("/messages", Map.of("content", Map.of("text", "hello"))).expect(202);
    await().atMost(PATIENCE).until(() -> client.messages().size() == 1);
    admin.delete("/tenants/" + tenant.text("/tenant_id")).expect(204);
  }

  private static void awaitRefused(ChatService chat, String what, String operation) {
    awaitUnready(chat, "rabbitmq", what, operation);
  }

  private static void awaitUnready(ChatService chat, String check, String... reasons) {
    awaitCheck(chat, check, reasons);
    await()
        .atMost(PATIENCE)
        .until(() -> chat.admin().get("/health-check?type=ready").status() == 503);
  }

  private static void awaitCheck(ChatService chat, String check, String... reasons) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(message(chat, check)).contains(reasons).doesNotContain(PASSWORD));
  }

  private static void awaitHealthy(ChatService chat, String check) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> chat.admin().get("/healthcheck").json().path(check).path("healthy").asBoolean());
  }

  private static String message(ChatService chat, String check) {
    return chat.admin().get("/healthcheck").json().path(check).path("message").asText();
  }

  private static void execute(String url, String sql) {
    ChatService.jdbi(url).useHandle(handle -> handle.createScript(sql).execute());
  }
}
