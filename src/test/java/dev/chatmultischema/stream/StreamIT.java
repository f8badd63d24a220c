package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of one node, as clients see them. */
class StreamIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static ChatService node;
  private static MessageWriter writer;

  private User owner;
  private String token;
  private TenantId tenant;

  @BeforeAll
  static void start() throws Exception {
    var backends = Backends.shared();
    node =
        ChatService.on(backends)
            .setting("stream.heartbeat", "1s")
            .setting("limits.userStreams", "3")
            .setting("limits.userTickets", "5")
            .start();
    writer = new MessageWriter(backends.databaseUrl(), backends.redisUrl());
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    writer.close();
  }

  @BeforeEach
  void createTenant() {
    owner = node.addUser(Role.USER, null);
    token = node.login(owner);
    tenant = node.addTenant(token);
  }

  private Map<String, String> headers() {
    return Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString());
  }

  private Map<String, String> headers(String name, String value) {
    var headers = new HashMap<>(headers());
    headers.put(name, value);
    return headers;
  }

  private SseClient open() throws Exception {
    return new SseClient(node.uri().resolve("/messages/stream"), headers());
  }

  private SseClient openFrom(long position) throws Exception {
    return new SseClient(
        node.uri().resolve("/messages/stream"), headers("Last-Event-ID", Long.toString(position)));
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private double subscribers() {
    return node.metric("chat_stream_subscribers", tenant);
  }

  @Test
  void deliversLaterMessages() throws Exception {
    writer.publish(tenant, 3);
    try (var client = open()) {
      await().untilAsserted(() -> assertThat(client.events()).hasSize(1));
      var ready = client.events().get(0);
      assertThat(ready.type()).isEqualTo("ready");
      assertThat(ready.id()).isEqualTo("3");
      assertThat(JSON.readTree(ready.data()))
          .isEqualTo(
              JSON.readTree("{\"head_seq\":3,\"resumed_from\":null,\"epoch\":1,\"first_seq\":1}"));
      writer.publish(tenant, 2);
      await().untilAsserted(() -> assertThat(client.seqs()).isEqualTo(range(4, 5)));
    }
  }

  @Test
  void forbidsCachingAndBuffering() throws Exception {
    try (var client =
        new SseClient(node.uri().resolve("/messages/stream"), headers("Accept-Encoding", "gzip"))) {
      var headers = client.response().headers();
      assertThat(headers.firstValue("Content-Type")).hasValue("text/event-stream");
      assertThat(headers.firstValue("Content-Encoding")).isEmpty();
      assertThat(headers.firstValue("Cache-Control")).hasValue("no-cache, no-transform");
      assertThat(headers.firstValue("X-Accel-Buffering")).hasValue("no");
    }
  }

  private String listed(Message message) {
    return node.as(token).tenant(tenant).get("/messages/" + message.messageId()).expect(200).body();
  }

  @Test
  void sendsTheSameJsonAsLists() throws Exception {
    var stored = writer.publish(tenant, 1).get(0);
    try (var client = openFrom(0)) {
      await().untilAsserted(() -> assertThat(client.messages()).hasSize(1));
      var replayed = client.messages().get(0).data();
      assertThat(JSON.readTree(replayed)).isEqualTo(JSON.readTree(listed(stored)));
      var live = writer.publish(tenant, 1).get(0);
      await().untilAsserted(() -> assertThat(client.messages()).hasSize(2));
      assertThat(client.messages().get(1).data()).isEqualTo(listed(live));
    }
  }

  @Test
  void replaysFromZeroWithoutGapToLive() throws Exception {
    writer.publish(tenant, 5_000);
    try (var client = openFrom(0)) {
      writer.publish(tenant, 500);
      await().untilAsserted(() -> assertThat(client.seqs()).isEqualTo(range(1, 5_500)));
      assertThat(client.events().get(0).data()).contains("\"resumed_from\":0");
      writer.publish(tenant, 1);
      await().untilAsserted(() -> assertThat(client.seqs()).isEqualTo(range(1, 5_501)));
    }
  }

  @Test
  void sendsHeartbeats() throws Exception {
    try (var client = open()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(client.comments()).hasSizeGreaterThan(2));
    }
  }

  @Test
  void resetsAPositionBeyondTheHead() throws Exception {
    writer.publish(tenant, 2);
    try (var client = openFrom(7)) {
      await().untilAsserted(() -> assertThat(client.events()).hasSize(1));
      assertThat(client.events().get(0).type()).isEqualTo("reset");
      assertThat(client.events().get(0).id()).isEqualTo("2");
      writer.publish(tenant, 1);
      await().untilAsserted(() -> assertThat(client.seqs()).isEqualTo(range(3, 3)));
    }
  }

  @Test
  void prefersTheHeaderToTheParameter() throws Exception {
    writer.publish(tenant, 5);
    var uri = node.uri().resolve("/messages/stream?last_event_id=1");
    try (var client = new SseClient(uri, headers("Last-Event-ID", "3"))) {
      await().untilAsserted(() -> assertThat(client.seqs()).isEqualTo(range(4, 5)));
    }
    try (var client = new SseClient(uri, headers())) {
      await().untilAsserted(() -> assertThat(client.seqs()).isEqualTo(range(2, 5)));
    }
  }

  @Test
  void refusesInvalidPositions() throws Exception {
    for (var position : List.of("x", "-1", "1.5")) {
      var answer =
          SseClient.get(node.uri().resolve("/messages/stream"), headers("Last-Event-ID", position));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("\"code\":\"invalid_parameter\"");
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }
  }

  @Test
  void refusesStrangers() throws Exception {
    var uri = node.uri().resolve("/messages/stream");
    var nobody = SseClient.get(uri, Map.of("X-Tenant-ID", tenant.toString()));
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(nobody.body()).contains("\"code\":\"unauthenticated\"");

    var headers = new HashMap<String, String>();
    headers.put("Authorization", node.login(node.addUser(Role.USER, null)));
    var noTenant = SseClient.get(uri, headers);
    assertThat(noTenant.statusCode()).isEqualTo(400);
    assertThat(noTenant.body()).contains("\"code\":\"tenant_required\"");

    headers.put("X-Tenant-ID", tenant.toString());
    var forbidden = SseClient.get(uri, headers);
    assertThat(forbidden.statusCode()).isEqualTo(403);
    headers.put("X-Tenant-ID", TenantId.create().toString());
    assertThat(SseClient.get(uri, headers).body()).isEqualTo(forbidden.body());
  }

  @Test
  void respondsToOtherMethods() throws Exception {
    var uri = node.uri().resolve("/messages/stream");
    var head = SseClient.send("HEAD", uri, headers());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(SseClient.send("HEAD", uri, Map.of()).statusCode()).isEqualTo(401);
    assertThat(SseClient.send("OPTIONS", uri, Map.of()).headers().firstValue("Allow"))
        .hasValue("GET, HEAD, OPTIONS");
    var post = SseClient.send("POST", uri, headers());
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.body()).contains("\"code\":\"method_not_allowed\"");
  }

  @Test
  void limitsTheStreamsOfAUser() throws Exception {
    var clients = new ArrayList<SseClient>();
    for (int i = 0; i < 3; i++) {
      clients.add(open());
    }
    var refused = SseClient.get(node.uri().resolve("/messages/stream"), headers());
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"quota_exceeded\"");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    await().untilAsserted(() -> assertThat(subscribers()).isEqualTo(3));
    for (var client : clients) {
      client.close();
    }
    await().untilAsserted(() -> assertThat(subscribers()).isZero());
    try (var client = open()) {
      await().untilAsserted(() -> assertThat(client.events()).hasSize(1));
    }
  }

  private String issueTicket() throws Exception {
    var issued = SseClient.send("POST", node.uri().resolve("/messages/stream/tickets"), headers());
    assertThat(issued.statusCode()).isEqualTo(201);
    var body = JSON.readTree(issued.body());
    assertThat(Instant.parse(body.get("expires_at").asText()))
        .isBetween(Instant.now().plusSeconds(20), Instant.now().plusSeconds(31));
    return body.get("ticket").asText();
  }

  @Test
  void opensWithATicketOnce() throws Exception {
    writer.publish(tenant, 2);
    var ticket = issueTicket();
    var uri = node.uri().resolve("/messages/stream?last_event_id=0&ticket=" + ticket);
    try (var client = new SseClient(uri, Map.of())) {
      await().untilAsserted(() -> assertThat(client.seqs()).isEqualTo(range(1, 2)));
      var again = SseClient.get(uri, Map.of());
      assertThat(again.statusCode()).isEqualTo(401);
      assertThat(again.body()).contains("\"code\":\"invalid_ticket\"");
    }
    for (var wrong : List.of("", "x", ticket + "x")) {
      var refused = SseClient.get(node.uri().resolve("/messages/stream?ticket=" + wrong), Map.of());
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).contains("\"code\":\"invalid_ticket\"");
    }
  }

  @Test
  void refusesAnExpiredTicket() throws Exception {
    var ticket = issueTicket();
    node.jdbi()
        .useHandle(
            handle ->
                handle.execute("UPDATE stream_tickets SET expires_at = now() - interval '1 ms'"));
    var refused = SseClient.get(node.uri().resolve("/messages/stream?ticket=" + ticket), Map.of());
    assertThat(refused.statusCode()).isEqualTo(401);
  }

  @Test
  void limitsTheTicketsOfAUser() throws Exception {
    var ticket = issueTicket();
    for (int i = 1; i < 5; i++) {
      issueTicket();
    }
    var tickets = node.uri().resolve("/messages/stream/tickets");
    var refused = SseClient.send("POST", tickets, headers());
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"quota_exceeded\"");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    var uri = node.uri().resolve("/messages/stream?ticket=" + ticket);
    try (var client = new SseClient(uri, Map.of())) {
      await().until(client::isOpen);
    }
    issueTicket();
  }

  @Test
  void issuesTicketsOnlyForTheTenantsOfACaller() throws Exception {
    var uri = node.uri().resolve("/messages/stream/tickets");
    assertThat(SseClient.send("POST", uri, Map.of()).statusCode()).isEqualTo(401);
    var stranger = node.login(node.addUser(Role.USER, null));
    var refused =
        SseClient.send(
            "POST", uri, Map.of("Authorization", stranger, "X-Tenant-ID", tenant.toString()));
    assertThat(refused.statusCode()).isEqualTo(403);
  }

  @Test
  void endsWhenTheTokenExpires() throws Exception {
    var headers = new HashMap<>(headers());
    // Expired, and accepted for five more seconds, since clocks may differ by a minute.
    headers.put("Authorization", ChatService.token(owner, Duration.ofSeconds(-55)));
    try (var client = new SseClient(node.uri().resolve("/messages/stream"), headers)) {
      await().atMost(Duration.ofSeconds(20)).until(client::hasEnded);
      assertThat(client.comments()).contains(": the token expired");
    }
    await().untilAsserted(() -> assertThat(subscribers()).isZero());
  }

  @Test
  void staysOpenWhileTheTokenIsAccepted() throws Exception {
    var expired = new HashMap<>(headers());
    expired.put("Authorization", ChatService.token(owner, Duration.ofMillis(1)));
    var ending = new HashMap<>(headers());
    ending.put("Authorization", ChatService.token(owner, Duration.ofSeconds(-55)));
    var uri = node.uri().resolve("/messages/stream");
    try (var client = new SseClient(uri, expired);
        var other = new SseClient(uri, ending)) {
      await().atMost(Duration.ofSeconds(20)).until(other::hasEnded);
      assertThat(client.isOpen()).isTrue();
    }
  }

  @Test
  void endsWhenTheUserIsDisabled() throws Exception {
    try (var client = open()) {
      await().untilAsserted(() -> assertThat(client.events()).hasSize(1));
      node.jdbi()
          .useHandle(
              handle ->
                  handle.execute(
                      "UPDATE users SET disabled = TRUE WHERE user_id = ?", owner.userId()));
      await().atMost(Duration.ofSeconds(10)).until(client::hasEnded);
    }
  }

  @Test
  void endsWhenAMemberLeaves() throws Exception {
    var member = node.addUser(Role.USER, tenant);
    var headers = new HashMap<>(headers());
    headers.put("Authorization", node.login(member));
    try (var client = new SseClient(node.uri().resolve("/messages/stream"), headers);
        var ownersClient = open()) {
      await().untilAsserted(() -> assertThat(client.events()).hasSize(1));
      node.as(token).patch("/users/" + member.userId(), "{\"tenant_id\":null}").expect(200);
      await().atMost(Duration.ofSeconds(10)).until(client::hasEnded);
      assertThat(client.comments()).contains(": access was withdrawn");
      assertThat(ownersClient.hasEnded()).isFalse();
    }
  }

  @Test
  void endsWhenTheTenantIsDeleted() throws Exception {
    try (var client = open()) {
      await().untilAsserted(() -> assertThat(client.events()).hasSize(1));
      node.jdbi().useExtension(TenantDao.class, tenants -> tenants.markDeleted(tenant));
      await().atMost(Duration.ofSeconds(10)).until(client::hasEnded);
    }
  }

  @Test
  void endsAllStreamsWhenTheNodeStops() throws Exception {
    try (var stopping = ChatService.start()) {
      var client = new SseClient(stopping.uri().resolve("/messages/stream"), headers());
      await().untilAsserted(() -> assertThat(client.events()).hasSize(1));
      var start = Instant.now();
      stopping.close();
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
      await().until(client::hasEnded);
      assertThat(Integer.parseInt(client.retry())).isBetween(500, 5_000);
      assertThat(client.comments()).isEmpty();
    }
  }
}
