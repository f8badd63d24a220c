package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.TokenIssuer;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of members with tokens of their tenant's own issuer. */
@ChatTest
class ExternalStreamIT {

  private static final TokenIssuer ISSUER =
      TokenIssuer.ec("https://login.example.com", "k1", "secp256r1");

  @Started private static ChatService chat;

  private ChatClient owner;
  private TenantId tenant;

  @BeforeEach
  void register() {
    var token = chat.login(chat.addUser(Role.USER, null));
    owner = chat.as(token);
    tenant = chat.addTenant(token);
    put(ISSUER);
  }

  private void put(TokenIssuer issuer) {
    var registration = Map.of("issuer", issuer.issuer(), "keys", List.of(issuer.jwk()));
    owner.put("/tenants/" + tenant + "/identity", registration).expect(200);
  }

  private ChatClient external() {
    return chat.as(ISSUER.token("ada \"1\"", "Ada")).tenant(tenant);
  }

  private SseClient open(int after) throws IOException, InterruptedException {
    return new SseClient(
        chat.uri().resolve("/messages/stream?last_event_id=" + after),
        Map.of(
            "Authorization",
            "Bearer " + ISSUER.token("reader", null),
            "X-Tenant-ID",
            tenant.toString()));
  }

  @Test
  void namesTheSenderLiveAndInReplays() throws IOException, InterruptedException {
    var client = external();
    try (var live = open(0)) {
      await().until(live::isOpen);
      client.post("/messages", Map.of("content", Map.of("n", 1))).expect(202);
      // Only the messages of one sender have an order among them.
      await().atMost(Duration.ofSeconds(10)).until(live::seqs, List.of(1L)::equals);
      owner.tenant(tenant).post("/messages", Map.of("content", Map.of("n", 2))).expect(202);
      await().atMost(Duration.ofSeconds(10)).until(live::seqs, List.of(1L, 2L)::equals);
      var mapper = new ObjectMapper();
      var listed = client.messages();
      assertThat(listed.get(0).at("/sender/sub").asText()).isEqualTo("ada \"1\"");
      assertThat(listed.get(0).at("/sender/name").asText()).isEqualTo("Ada");
      assertThat(listed.get(1).has("sender")).isFalse();
      try (var replay = open(0)) {
        await().until(replay::seqs, List.of(1L, 2L)::equals);
        for (var stream : List.of(live, replay)) {
          for (int i = 0; i < 2; i++) {
            assertThat(mapper.readTree(stream.messages().get(i).data())).isEqualTo(listed.get(i));
          }
        }
      }
    }
  }

  @Test
  void endsWithTheRegistration() throws IOException, InterruptedException {
    var ticket = external().post("/messages/stream/tickets").expect(201).text("/ticket");
    var unused = external().post("/messages/stream/tickets").expect(201).text("/ticket");
    try (var byToken = open(0);
        var byTicket =
            new SseClient(chat.uri().resolve("/messages/stream?ticket=" + ticket), Map.of())) {
      await().until(() -> byToken.isOpen() && byTicket.isOpen());
      put(ISSUER);
      // An equal registration is no change.
      chat.anonymous().get("/health").expect(200);
      assertThat(byToken.isOpen()).isTrue();
      put(TokenIssuer.ec(ISSUER.issuer(), "k2", "secp256r1"));
      await().atMost(Duration.ofSeconds(10)).until(() -> byToken.hasEnded() && byTicket.hasEnded());
    }
    chat.anonymous().get("/messages/stream?ticket=" + unused).expectProblem(401, "invalid_ticket");
  }
}
