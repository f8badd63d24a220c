package dev.chatmultischema.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HealthIT {

  private static final String NOWHERE_RABBITMQ = "amqp://guest:guest@localhost:1/";
  private static final String NOWHERE_REDIS = "redis://localhost:1";

  @Test
  void isReadyOnBothPortsWithAllServers() {
    try (var chat = ChatService.start()) {
      chat.anonymous().get("/health-check?type=ready").expect(200);
      chat.admin().get("/health-check?type=ready").expect(200);
      awaitHealth(chat, 200, "{'status':'ok','database':'up','rabbitmq':'up','redis':'up'}");
      // The new node is still starting the consumers that it took over from other tests' nodes.
      var checks = awaitAllHealthy(chat);
      for (var name : new String[] {"postgresql", "rabbitmq", "redis", "consumers", "deadlocks"}) {
        assertEquals(true, checks.path(name).path("healthy").asBoolean(), checks.toString());
      }
    }
  }

  @Test
  void isAliveButNotReadyWithoutServers() {
    var nothing =
        ChatService.on(Backends.shared())
            .environment("DATABASE_URL", "postgres://ann:pass@localhost:1/chat")
            .environment("RABBITMQ_URL", NOWHERE_RABBITMQ)
            .environment("REDIS_URL", NOWHERE_REDIS);
    try (var chat = nothing.startAnyway()) {
      awaitHealth(
          chat, 503, "{'status':'down','database':'down','rabbitmq':'down','redis':'down'}");
      chat.anonymous().get("/health-check?type=ready").expect(503);
      chat.admin().get("/health-check?type=ready").expect(503);
      chat.anonymous().get("/health-check?type=alive").expect(200);
      chat.admin().get("/health-check?type=alive").expect(200);
    }
  }

  @Test
  void isReadyThoughDegradedWithoutRedis() {
    var withoutRedis = ChatService.on(Backends.shared()).environment("REDIS_URL", NOWHERE_REDIS);
    try (var chat = withoutRedis.start()) {
      awaitHealth(
          chat, 200, "{'status':'degraded','database':'up','rabbitmq':'up','redis':'down'}");
    }
  }

  @Test
  void isNotReadyWithoutRabbitmq() {
    ChatService.migrate(Backends.shared().databaseUrl());
    var withoutRabbitmq =
        ChatService.on(Backends.shared()).environment("RABBITMQ_URL", NOWHERE_RABBITMQ);
    try (var chat = withoutRabbitmq.startAnyway()) {
      awaitHealth(chat, 503, "{'status':'down','database':'up','rabbitmq':'down','redis':'up'}");
      chat.anonymous().get("/health-check?type=ready").expect(503);
    }
  }

  @Test
  void becomesReadyOnceTheDatabaseIsMigrated() {
    var url = Backends.shared().newDatabase();
    var unmigrated = ChatService.on(Backends.shared()).environment("DATABASE_URL", url);
    try (var chat = unmigrated.startAnyway()) {
      awaitHealth(chat, 503, "{'status':'down','database':'down','rabbitmq':'up','redis':'up'}");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> chat.admin().get("/healthcheck").text("/postgresql/message"),
              message -> message.split(",")[0].equals("not migrated (run db migrate)"));

      ChatService.migrate(url);

      chat.awaitReady();
    }
  }

  private static JsonNode awaitAllHealthy(ChatService chat) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> chat.admin().get("/healthcheck"), checks -> checks.status() == 200)
        .json();
  }

  private static void awaitHealth(ChatService chat, int status, String health) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertEquals(
                    health.replace('\'', '"'),
                    chat.anonymous().get("/health").expect(status).body()));
  }
}
