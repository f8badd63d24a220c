package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.RedisServer;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A set-back of PostgreSQL begins an epoch: no reader misses or mixes messages silently. */
class EpochIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static ChatService chat;
  private static MessageWriter writer;

  private String token;
  private TenantId tenant;

  @BeforeAll
  static void start() throws Exception {
    chat = ChatService.start();
    writer = newWriter();
  }

  private static MessageWriter newWriter() throws Exception {
    var backends = Backends.shared();
    return new MessageWriter(backends.databaseUrl(), backends.redisUrl());
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
  }

  private Map<String, String> headers(String position) {
    var headers = new HashMap<String, String>();
    headers.put("Authorization", "Bearer " + token);
    headers.put("X-Tenant-ID", tenant.toString());
    if (position != null) {
      headers.put("Last-Event-ID", position);
    }
    return headers;
  }

  private SseClient open(String position) throws Exception {
    var client = new SseClient(chat.uri().resolve("/messages/stream"), headers(position));
    await().atMost(PATIENCE).until(() -> !client.events().isEmpty());
    return client;
  }

  private HttpResponse<String> list(String query) throws Exception {
    return SseClient.get(chat.uri().resolve("/messages?limit=500&" + query), headers(null));
  }

  /** Removes the messages above a head, as on a standby that had not received them. */
  private void setBack(long head) {
    chat.jdbi()
        .useTransaction(
            handle -> {
              handle.execute("DELETE FROM %s WHERE seq > %d".formatted(tenant.partition(), head));
              handle.execute(
                  "UPDATE tenant_heads SET head_seq = ? WHERE tenant_id = ?", head, tenant.value());
            });
  }

  /** Makes the server another one for the head: of another cluster, or on another timeline. */
  private void changeServer(String before) {
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE tenant_heads SET server = " + before + " WHERE tenant_id = ?",
                    tenant.value()));
  }

  private void promote() {
    changeServer("regexp_replace(server, '[.].*[.]', '.000000FF.')");
  }

  private static List<String> ids(SseClient client) {
    return client.messages().stream().map(SseClient.Event::id).toList();
  }

  @Test
  void keepsTheEpochWhereNothingIsLost() throws Exception {
    writer.publish(tenant, 3);
    try (var client = open("0")) {
      promote();
      writer.publish(tenant, 1);
      await().atMost(PATIENCE).until(() -> ids(client).equals(List.of("1", "2", "3", "4")));
      assertThat(client.events().get(0).data())
          .contains("\"resumed_from\":0,\"epoch\":1,\"first_seq\":1");
    }
  }

  @Test
  void resetsReadersOfLostMessages() throws Exception {
    writer.publish(tenant, 5);
    var before = new ObjectMapper().readTree(list("order=asc").body());
    assertThat(before.path("epoch").asInt()).isEqualTo(1);
    try (var reader = open("0");
        var other = newWriter()) {
      await().atMost(PATIENCE).until(() -> ids(reader).size() == 5);
      setBack(3);
      promote();
      // The node has stored nothing yet, so only Redis tells it what was lost.
      other.publish(tenant, 4, "another");
      await().atMost(PATIENCE).until(reader::hasEnded);
      assertThat(ids(reader)).containsExactly("1", "2", "3", "4", "5");
      assertThat(reader.messages()).noneMatch(event -> event.data().contains("another"));
    }
    for (var stale : List.of("5", "1", "7", "3.1")) {
      try (var client = open(stale)) {
        assertThat(client.events().get(0).type()).as(stale).isEqualTo("reset");
        assertThat(client.events().get(0).id()).isEqualTo("2.7");
        assertThat(client.events().get(0).data()).contains("\"head_seq\":7", "\"epoch\":2");
      }
    }
    try (var client = open("2.6")) {
      writer.publish(tenant, 1, "live");
      await().atMost(PATIENCE).until(() -> ids(client).equals(List.of("2.7", "2.8")));
      assertThat(client.events().get(0).type()).isEqualTo("ready");
    }
    try (var client = open("0")) {
      await().atMost(PATIENCE).until(() -> ids(client).size() == 8);
      assertThat(ids(client)).startsWith("2.1").endsWith("2.8");
    }
    var stale = list("cursor=" + before.path("next_cursor").asText());
    assertThat(stale.statusCode()).isEqualTo(410);
    assertThat(stale.body()).contains("cursor_reset");
    var page = new ObjectMapper().readTree(list("order=asc").body());
    assertThat(page.path("epoch").asInt()).isEqualTo(2);
    assertThat(page.path("first_seq").asInt()).isEqualTo(1);
    assertThat(list("cursor=" + page.path("next_cursor").asText()).statusCode()).isEqualTo(200);
  }

  @Test
  void readersBeginTheEpochThemselves() throws Exception {
    writer.publish(tenant, 5);
    try (var reader = open("0")) {
      await().atMost(PATIENCE).until(() -> ids(reader).size() == 5);
      setBack(3);
      await().atMost(PATIENCE).until(reader::hasEnded);
    }
    try (var client = open("5")) {
      assertThat(client.events().get(0).type()).isEqualTo("reset");
      assertThat(client.events().get(0).id()).isEqualTo("2.3");
    }
  }

  @Test
  void beginsAnEpochInAnotherCluster() throws Exception {
    writer.publish(tenant, 2);
    changeServer("regexp_replace(server, '^[0-9]+', '1')");
    writer.publish(tenant, 1);
    try (var client = open("2")) {
      assertThat(client.events().get(0).id()).isEqualTo("2.3");
    }
  }

  @Test
  void beginsAnEpochIfRedisStaysUnavailable() throws Exception {
    var backends = Backends.shared();
    try (var redis = TcpProxy.to(backends.redisUrl());
        var alone = new MessageWriter(backends.databaseUrl(), redis.url(backends.redisUrl()))) {
      alone.publish(tenant, 2);
      promote();
      redis.cut();
      // The node waits ten seconds for Redis first.
      await()
          .atMost(PATIENCE.multipliedBy(2))
          .ignoreExceptions()
          .until(() -> alone.publish(tenant, 1).get(0).epoch() == 2);
    }
  }

  @Test
  void remembersHeadsThatARestartedRedisHasLost() throws Exception {
    var database = Backends.shared().databaseUrl();
    try (var redis = RedisServer.start();
        var writer = new MessageWriter(database, redis.url())) {
      writer.publish(tenant, 5);
      redis.kill();
      try (var restarted = redis.startAgain();
          var another = new MessageWriter(database, restarted.url());
          var client = new Jedis(restarted.url())) {
        var otherTenant = chat.addTenant(token);
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  writer.publish(otherTenant, 1);
                  return Objects.equals(client.zscore("chat:heads", tenant + ".1"), 5.0);
                });
        setBack(3);
        promote();
        assertThat(another.publish(tenant, 1).get(0).epoch()).isEqualTo(2);
      }
    }
  }

  @Test
  void beginsAnEpochByTask() throws Exception {
    writer.publish(tenant, 2);
    try (var reader = open("0")) {
      var answer =
          chat.admin().post("/tasks/begin-epoch?tenant=%s&reason=restored".formatted(tenant));
      assertThat(answer.expect(200).body()).contains("begins epoch 2");
      await().atMost(PATIENCE).until(reader::hasEnded);
    }
    assertThat(writer.publish(tenant, 1).get(0).epoch()).isEqualTo(2);
  }
}
