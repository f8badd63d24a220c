package dev.chatmultischema.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.TokenIssuer;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Members of a tenant with tokens of the tenant's own issuer, whose keys are registered. */
@Tag("once")
@ChatTest
class ExternalMembersIT {

  private static final TokenIssuer ISSUER = TokenIssuer.rsa("https://login.example.com", "k1");

  @Started private static ChatService chat;
  private static ChatClient owner;
  private static TenantId tenant;

  @BeforeAll
  static void register() {
    var token = chat.login(chat.addUser(Role.USER, null));
    owner = chat.as(token);
    tenant = registered(token, ISSUER);
  }

  private static TenantId registered(String ownersToken, TokenIssuer issuer) {
    var created = chat.addTenant(ownersToken);
    chat.as(ownersToken).put(identity(created), registration(issuer)).expect(200);
    return created;
  }

  private static Map<String, Object> registration(TokenIssuer issuer) {
    return Map.of("issuer", issuer.issuer(), "keys", List.of(issuer.jwk()));
  }

  private static String identity(TenantId tenant) {
    return "/tenants/" + tenant + "/identity";
  }

  private static ChatClient external(String sub, String name) {
    return chat.as(ISSUER.token(sub, name)).tenant(tenant);
  }

  private static JsonNode posted(ChatClient client, String text) {
    var id =
        client
            .post("/messages", Map.of("content", Map.of("text", text)))
            .expect(202)
            .text("/message_id");
    return await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> client.get("/messages/" + id), answer -> answer.status() == 200)
        .json();
  }

  @Test
  void registersAnIssuer() {
    var mine = owner.get(identity(tenant)).expect(200).json();
    assertThat(mine.get("issuer").asText()).isEqualTo(ISSUER.issuer());
    assertThat(mine.at("/keys/0/kid").asText()).isEqualTo("k1");
    assertThat(mine.has("jwks_url")).isFalse();
    assertThat(mine.has("audience")).isFalse();
    chat.asMember(tenant).get(identity(tenant)).expectProblem(403, "tenant_forbidden");
    external("spy", null).get(identity(tenant)).expectProblem(403, "external_forbidden");
    var without = chat.addTenant(chat.adminToken());
    chat.asAdmin().get(identity(without)).expectProblem(404, "identity_not_found");
    chat.asAdmin().delete(identity(without)).expectProblem(404, "identity_not_found");
  }

  @Test
  void sendsAndReadsAsAMember() {
    var sub = "auth0|ünïcode 用户\n\"quoted\"";
    var ada = external(sub, "Ada\u202e Lovelace");
    var message = posted(ada, "hello");
    var id = UuidCreator.getNameBasedSha1(tenant.value(), sub).toString();
    assertThat(message.get("sender_id").asText()).isEqualTo(id);
    assertThat(message.at("/sender/sub").asText()).isEqualTo(sub);
    assertThat(message.at("/sender/name").asText()).isEqualTo("Ada Lovelace");
    assertThat(message.get("sender")).hasSize(2);
    var inList =
        ada.messages().stream()
            .filter(each -> each.get("message_id").equals(message.get("message_id")))
            .findFirst()
            .orElseThrow();
    assertThat(inList).isEqualTo(message);
    ada.post("/messages/batch", Map.of("messages", List.of(Map.of("content", Map.of()))))
        .expect(202);
    ada.post("/messages/stream/tickets").expect(201);
    ada.get("/tenants/" + tenant).expect(200);
  }

  @Test
  void hasNoSenderForUsers() {
    var message = posted(chat.asMember(tenant), "of a user");
    assertThat(message.has("sender")).isFalse();
    assertThat(message.get("sender_id").isTextual()).isTrue();
  }

  @Test
  void showsTheLatestName() {
    posted(external("changing", "Before"), "one");
    var message = posted(external("changing", null), "two");
    assertThat(message.at("/sender/name").asText()).isEqualTo("Before");
    // Another name is stored 10 s after the one before at the earliest.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> posted(external("changing", "After"), "three").at("/sender/name").asText(),
            "After"::equals);
    assertThat(posted(external("nameless", null), "four").at("/sender/name").isNull()).isTrue();
  }

  @Test
  void isAMemberOfOneTenantOnly() {
    var token = chat.login(chat.addUser(Role.USER, null));
    var other = chat.addTenant(token);
    var same = registered(token, ISSUER);
    var client = chat.as(ISSUER.token("sub", "Sub"));
    client.tenant(other).get("/messages").expectProblem(401, "unauthenticated");
    client.tenant(same).get("/messages").expect(200);
    client.tenant(tenant).get("/messages").expect(200);
    client.get("/messages").expectProblem(401, "unauthenticated");
    client.tenant(tenant).get("/tenants/" + other).expectProblem(401, "unauthenticated");
    client.tenant(other).get("/tenants/" + tenant).expect(200);
    // The same sub is somebody else in another tenant.
    var here = posted(client.tenant(tenant), "here").get("sender_id");
    var there = posted(client.tenant(same), "there").get("sender_id");
    assertThat(here).isNotEqualTo(there);
  }

  @Test
  void doesNothingElse() {
    var client = external("curious", "Curious");
    client.get("/tenants").expectProblem(403, "external_forbidden");
    client.post("/tenants", Map.of("tenant_name", "Mine")).expectProblem(403, "external_forbidden");
    client.get("/users").expectProblem(403, "external_forbidden");
    client.get("/users/me").expectProblem(403, "external_forbidden");
    client.put("/tenants/" + tenant, Map.of("workers", 1)).expectProblem(403, "external_forbidden");
    client.delete("/tenants/" + tenant).expectProblem(403, "external_forbidden");
    client.delete(identity(tenant)).expectProblem(403, "external_forbidden");
    chat.as(ISSUER.token("curious", null)).get("/users").expectProblem(401, "unauthenticated");
  }

  @Test
  void refusesBadTokens() {
    var good = ISSUER.token("mallory", null);
    var later = Instant.now().plus(Duration.ofDays(2));
    var tokens =
        List.of(
            TokenIssuer.rsa(ISSUER.issuer(), "k1").token("mallory", null),
            TokenIssuer.rsa(ISSUER.issuer(), "k2").token("mallory", null),
            ISSUER.sign(ISSUER.unsigned("mallory").withIssuer("https://other.example.com")),
            ISSUER.sign(ISSUER.unsigned("mallory").withIssuer("chat-multi-schema")),
            ISSUER.sign(ISSUER.unsigned("mallory").withExpiresAt(later)),
            ISSUER.sign(ISSUER.unsigned("mallory").withExpiresAt(Instant.now().minusSeconds(61))),
            ISSUER.sign(ISSUER.unsigned("mallory").withExpiresAt((Instant) null)),
            ISSUER.sign(ISSUER.unsigned("mallory").withNotBefore(Instant.now().plusSeconds(90))),
            ISSUER.sign(ISSUER.unsigned("mallory").withIssuedAt(Instant.now().plusSeconds(90))),
            ISSUER.sign(ISSUER.unsigned("mallory").withHeader(Map.of("crit", List.of("x")))),
            ISSUER.sign(ISSUER.unsigned("")),
            ISSUER.sign(ISSUER.unsigned(null)),
            ISSUER.sign(ISSUER.unsigned("x".repeat(256))),
            ISSUER.sign(ISSUER.unsigned("a\u0000b")),
            ISSUER.unsigned("mallory").sign(Algorithm.none()),
            ISSUER.unsigned("mallory").sign(Algorithm.HMAC256(ISSUER.encodedPublicKey())),
            good.substring(0, good.lastIndexOf('.') + 1),
            good + "x");
    chat.as(good).tenant(tenant).get("/messages").expect(200);
    for (var token : tokens) {
      chat.as(token).tenant(tenant).get("/messages").expectProblem(401, "unauthenticated");
      chat.as(token)
          .tenant(tenant)
          .post("/messages", Map.of("content", Map.of()))
          .expectProblem(401, "unauthenticated");
    }
    chat.as(good).tenant(tenant).get("/messages").expect(200);
    external("y".repeat(255), null).get("/messages").expect(200);
  }

  @Test
  void demandsTheAudience() {
    var token = chat.login(chat.addUser(Role.USER, null));
    var created = chat.addTenant(token);
    var registration = new HashMap<>(registration(ISSUER));
    registration.put("audience", "chat");
    chat.as(token).put(identity(created), registration).expect(200);
    var without = ISSUER.token("sub", null);
    var other = ISSUER.sign(ISSUER.unsigned("sub").withAudience("mail"));
    var mine = ISSUER.sign(ISSUER.unsigned("sub").withAudience("mail", "chat"));
    chat.as(without).tenant(created).get("/messages").expectProblem(401, "unauthenticated");
    chat.as(other).tenant(created).get("/messages").expectProblem(401, "unauthenticated");
    chat.as(mine).tenant(created).get("/messages").expect(200);
  }

  @Test
  void acceptsKeysOfEachType() {
    for (var issuer :
        List.of(
            TokenIssuer.ec("https://ec", "e1", "secp256r1"),
            TokenIssuer.ec("https://ec", null, "secp384r1"),
            TokenIssuer.ec("https://ec", "e3", "secp521r1"),
            TokenIssuer.rsa("https://rsa", null))) {
      var token = chat.login(chat.addUser(Role.USER, null));
      var created = registered(token, issuer);
      chat.as(issuer.token("sub", null)).tenant(created).get("/messages").expect(200);
    }
  }

  @Test
  void refusesInvalidRegistrations() {
    var key = ISSUER.jwk();
    var withoutModulus = new HashMap<>(key);
    withoutModulus.remove("n");
    var forEncryption = new HashMap<>(key);
    forEncryption.put("use", "enc");
    var ofOtherAlgorithm = new HashMap<>(key);
    ofOtherAlgorithm.put("alg", "HS256");
    var offTheCurve = new HashMap<>(TokenIssuer.ec("x", "e", "secp256r1").jwk());
    offTheCurve.put("y", offTheCurve.get("x"));
    var keys =
        List.<Map<String, ?>>of(
            ISSUER.privateJwk(),
            TokenIssuer.ec("x", "e", "secp256r1").privateJwk(),
            Map.of("kty", "oct", "k", "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldA"),
            Map.of("kty", "OKP", "crv", "Ed25519", "x", "AA"),
            TokenIssuer.rsa("x", "small", 1_024).jwk(),
            withoutModulus,
            forEncryption,
            ofOtherAlgorithm,
            offTheCurve,
            Map.of());
    for (var each : keys) {
      var refused =
          owner
              .put(identity(tenant), Map.of("issuer", "https://x", "keys", List.of(each)))
              .expectProblem(422, "validation_failed");
      assertThat(refused.text("/errors/0/field")).isEqualTo("keys[0]");
    }
    var good = List.of(key);
    for (var body :
        List.of(
            Map.of("issuer", "https://x"),
            Map.of("issuer", "https://x", "keys", List.of()),
            Map.of("issuer", "https://x", "keys", good, "jwks_url", "https://x.example.com/keys"),
            Map.of("keys", good),
            Map.of("issuer", "", "keys", good),
            Map.of("issuer", "x".repeat(256), "keys", good),
            Map.of("issuer", "chat-multi-schema", "keys", good),
            Map.of("issuer", "https://x", "keys", good, "audience", " "),
            Map.of("issuer", "https://x", "jwks_url", "http://x.example.com/keys"),
            Map.of("issuer", "https://x", "jwks_url", "https://127.0.0.1/keys"),
            Map.of("issuer", "https://x", "jwks_url", "https://[::1]/keys"),
            Map.of("issuer", "https://x", "jwks_url", "https://169.254.169.254/keys"),
            Map.of("issuer", "https://x", "jwks_url", "https://user@x.example.com/keys"),
            Map.of("issuer", "https://x", "jwks_url", "file:///etc/passwd"),
            Map.of("issuer", "https://x", "jwks_url", "https:keys"))) {
      owner.put(identity(tenant), body).expectProblem(422, "validation_failed");
    }
    assertThat(owner.get(identity(tenant)).expect(200).text("/issuer")).isEqualTo(ISSUER.issuer());
  }

  @Test
  void listsMembers() {
    var token = chat.login(chat.addUser(Role.USER, null));
    var created = registered(token, ISSUER);
    var member = chat.addUser(Role.USER, created);
    var external = chat.as(ISSUER.token("eve", "Eve")).tenant(created);
    external.get("/messages").expect(200);
    var path = "/tenants/" + created + "/members";
    var byOwner = all(chat.as(token), path, 2);
    assertThat(byOwner).hasSize(3);
    assertThat(byOwner)
        .extracting(each -> each.get("user_id").asText())
        .isSorted()
        .doesNotHaveDuplicates();
    var eve = UuidCreator.getNameBasedSha1(created.value(), "eve").toString();
    assertThat(byOwner)
        .anySatisfy(
            each -> {
              assertThat(each.get("user_id").asText()).isEqualTo(member.userId().toString());
              assertThat(each.get("email").asText()).isEqualTo(member.email());
            })
        .anySatisfy(
            each -> {
              assertThat(each.get("user_id").asText()).isEqualTo(eve);
              assertThat(each.get("name").asText()).isEqualTo("Eve");
              assertThat(each.has("email")).isFalse();
            });
    for (var client : List.of(external, chat.as(chat.login(member)))) {
      var members = all(client, path, 500);
      assertThat(members).hasSize(3).noneMatch(each -> each.has("email"));
    }
    assertThat(all(chat.asAdmin(), path, 1)).isEqualTo(byOwner);
    chat.asUser().get(path).expectProblem(403, "tenant_forbidden");
    chat.as(token).delete(identity(created)).expect(204);
    assertThat(all(chat.as(token), path, 500)).hasSize(2);
  }

  private static List<JsonNode> all(ChatClient client, String path, int limit) {
    var all = new ArrayList<JsonNode>();
    var page = client.get(path + "?limit=" + limit).expect(200).json();
    while (true) {
      StreamSupport.stream(page.get("data").spliterator(), false).forEach(all::add);
      if (!page.get("has_more").asBoolean()) {
        return all;
      }
      page =
          client
              .get(path + "?limit=" + limit + "&cursor=" + page.get("next_cursor").asText())
              .expect(200)
              .json();
    }
  }

  @Test
  void endsTokensWithTheRegistrationOnEveryNode() {
    try (var second = ChatService.start()) {
      var token = chat.login(chat.addUser(Role.USER, null));
      var created = registered(token, ISSUER);
      var here = chat.as(ISSUER.token("sub", "Sub")).tenant(created);
      var there = here.at(second);
      awaitStatus(here, 200);
      awaitStatus(there, 200);
      var next = TokenIssuer.rsa(ISSUER.issuer(), "k1");
      chat.as(token).put(identity(created), registration(next)).expect(200);
      here.get("/messages").expectProblem(401, "unauthenticated");
      awaitStatus(there, 401);
      var renewed = second.as(next.token("sub", "Sub")).tenant(created);
      awaitStatus(renewed, 200);
      chat.as(token).delete(identity(created)).expect(204);
      chat.as(next.token("sub", null))
          .tenant(created)
          .get("/messages")
          .expectProblem(401, "unauthenticated");
      awaitStatus(renewed, 401);
    }
  }

  private static void awaitStatus(ChatClient client, int status) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> client.get("/messages").status(), each -> each == status);
  }
}
