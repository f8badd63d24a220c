package dev.chatmultischema.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.Routes;
import dev.chatmultischema.support.TokenIssuer;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Authorization of every route for every kind of caller; a route without a row fails the test. */
@Tag("once")
@ChatTest(environment = "JWT_SECRET=" + AccessIT.SECRET)
class AccessIT {

  static final String SECRET = "the secret of the access test, 32 bytes or more";
  private static final String ISSUER = "chat-multi-schema";
  private static final TokenIssuer CUSTOMER =
      TokenIssuer.ec("https://login.example.com", "k", "secp256r1");

  /** Callers without a valid token, who are treated alike. */
  private static final List<String> NOBODY =
      List.of("no token", "damaged token", "expired token", "wrong algorithm", "wrong key");

  /** Kinds of callers with a valid token, in relation to a tenant and its members. */
  private static final List<String> CALLERS =
      List.of("stranger", "external member", "member", "owner", "admin");

  /**
   * The route, one column for callers without a valid token, and one for each kind with a token.
   */
  private static final String TABLE =
"""
POST /authentication/login                  | 200 | 200                  | 200                    | 200                   | 200                    | 200
POST /authentication/logout-all             | 401 | 204                  | 403 external_forbidden | 204                   | 204                    | 204
GET /.well-known/jwks.json                  | 200 | 200                  | 200                    | 200                   | 200                    | 200
GET /health                                 | 200 | 200                  | 200                    | 200                   | 200                    | 200
GET /openapi.json                           | 200 | 200                  | 200                    | 200                   | 200                    | 200
GET /openapi.yaml                           | 200 | 200                  | 200                    | 200                   | 200                    | 200
POST /tenants                               | 401 | 201                  | 403 external_forbidden | 201                   | 201                    | 201
GET /tenants                                | 401 | 200                  | 403 external_forbidden | 200                   | 200                    | 200
GET /tenants/{tenant_id}                    | 401 | 403 tenant_forbidden | 200                    | 200                   | 200                    | 200
PUT /tenants/{tenant_id}                    | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 200                    | 200
PUT /tenants/{tenant_id}/config/concurrency | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 200                    | 200
DELETE /tenants/{tenant_id}                 | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 204                    | 204
GET /tenants/{tenant_id}/members            | 401 | 403 tenant_forbidden | 200                    | 200                   | 200                    | 200
GET /tenants/{tenant_id}/identity           | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 404 identity_not_found | 404 identity_not_found
PUT /tenants/{tenant_id}/identity           | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 200                    | 200
DELETE /tenants/{tenant_id}/identity        | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 404 identity_not_found | 404 identity_not_found
GET /tenants/{tenant_id}/limits             | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 403 tenant_forbidden   | 200
PUT /tenants/{tenant_id}/limits             | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 403 tenant_forbidden   | 200
GET /tenants/{tenant_id}/export             | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 200                    | 200
POST /tenants/{tenant_id}/import            | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 200                    | 200
GET /tenants/{tenant_id}/retention          | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 200                    | 200
PUT /tenants/{tenant_id}/retention          | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 200                    | 200
POST /tenants/{tenant_id}/erasures          | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 202                    | 202
GET /tenants/{tenant_id}/erasures/{erasure_id} | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden | 404 erasure_not_found | 404 erasure_not_found
POST /users                                 | 401 | 403 tenant_forbidden | 403 external_forbidden | 403 tenant_forbidden  | 201                    | 201
GET /users                                  | 401 | 200                  | 403 external_forbidden | 200                   | 200                    | 200
GET /users/me                               | 401 | 200                  | 403 external_forbidden | 200                   | 200                    | 200
GET /users/{user_id}                        | 401 | 403 user_forbidden   | 403 external_forbidden | 403 user_forbidden    | 200                    | 200
PATCH /users/{user_id}                      | 401 | 403 user_forbidden   | 403 external_forbidden | 403 user_forbidden    | 200                    | 200
DELETE /users/{user_id}                     | 401 | 403 user_forbidden   | 403 external_forbidden | 403 user_forbidden    | 204                    | 204
GET /audit                                  | 401 | 403 forbidden        | 403 external_forbidden | 403 forbidden         | 403 forbidden          | 200
POST /messages                              | 401 | 403 tenant_forbidden | 202                    | 202                   | 202                    | 202
POST /messages/publish                      | 401 | 403 tenant_forbidden | 202                    | 202                   | 202                    | 202
POST /messages/batch                        | 401 | 403 tenant_forbidden | 202                    | 202                   | 202                    | 202
GET /messages                               | 401 | 403 tenant_forbidden | 200                    | 200                   | 200                    | 200
GET /messages/{message_id}                  | 401 | 403 tenant_forbidden | 404 message_not_found  | 404 message_not_found | 404 message_not_found  | 404 message_not_found
POST /messages/stream/tickets               | 401 | 403 tenant_forbidden | 201                    | 201                   | 201                    | 201
GET /messages/stream                        | 401 | 403 tenant_forbidden | 200                    | 200                   | 200                    | 200
""";

  @Started private static ChatService chat;
  private static TenantId elsewhere;
  private static World shared;
  private static World sharedWithIssuer;

  @BeforeAll
  static void start() {
    elsewhere = create(chat.addUser(Role.USER, null));
    shared = new World();
    sharedWithIssuer = new World();
  }

  private static Stream<String[]> rows() {
    return TABLE.lines().map(line -> line.trim().split(" *\\| *"));
  }

  static Stream<Arguments> cells() {
    return rows()
        .flatMap(
            row ->
                Stream.concat(
                    NOBODY.stream().map(caller -> Arguments.of(row[0], caller, row[1])),
                    IntStream.range(0, CALLERS.size())
                        .mapToObj(i -> Arguments.of(row[0], CALLERS.get(i), row[2 + i]))));
  }

  @Test
  void everyRouteHasARow() {
    assertThat(rows().map(row -> row[0])).containsExactlyInAnyOrderElementsOf(Routes.all());
  }

  @ParameterizedTest(name = "{0} with {1}: {2}")
  @MethodSource("cells")
  void respondsAsInTheTable(String route, String caller, String expected) {
    var status = Integer.parseInt(expected.substring(0, 3));
    // An authorized caller may delete resources that the other cells need.
    boolean changes = status < 400 && !route.startsWith("GET ");
    var world = changes ? new World() : caller.startsWith("external") ? sharedWithIssuer : shared;
    var answer = call(route, world.client(caller), world);
    if (status == 401) {
      answer.expectProblem(401, "unauthenticated");
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    } else if (status >= 400) {
      answer.expectProblem(status, expected.substring(4));
    } else {
      answer.expect(status);
    }
  }

  static Stream<String> tenantScoped() {
    return Routes.all().stream().filter(route -> route.contains(" /messages"));
  }

  @ParameterizedTest
  @MethodSource("tenantScoped")
  void requiresATenant(String route) {
    var world = shared;
    for (var caller : List.of("stranger", "admin")) {
      var client = chat.as(world.token(caller));
      call(route, client, world).expectProblem(400, "tenant_required");
      call(route, client.tenant(" "), world).expectProblem(400, "tenant_required");
      call(route, client.tenant("1"), world).expectProblem(400, "invalid_tenant");
      var unknown = call(route, client.tenant(UUID.randomUUID()), world);
      unknown.expectProblem(403, "tenant_forbidden");
      if (caller.equals("stranger")) {
        assertThat(call(route, client.tenant(world.tenant), world).body())
            .isEqualTo(unknown.body());
      }
    }
  }

  @Test
  void refusesManipulatedTokens() {
    var user = chat.addUser(Role.ADMIN, null);
    var good = token(user.userId().toString(), ISSUER, Algorithm.HMAC256(SECRET), soon());
    var parts = good.split("\\.");
    var bad =
        List.of(
            "",
            "x",
            "..",
            good + "x",
            parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1],
            token(user.userId().toString(), ISSUER, Algorithm.none(), soon()),
            token(user.userId().toString(), ISSUER, Algorithm.HMAC512(SECRET), soon()),
            token(user.userId().toString(), "another", Algorithm.HMAC256(SECRET), soon()),
            token(user.userId().toString(), ISSUER, Algorithm.HMAC256(SECRET), null),
            token("nobody", ISSUER, Algorithm.HMAC256(SECRET), soon()),
            token(UUID.randomUUID().toString(), ISSUER, Algorithm.HMAC256(SECRET), soon()));
    chat.as(good).get("/users/me").expect(200);
    chat.anonymous().with("Authorization", good).get("/users/me").expect(200);
    chat.anonymous().with("Authorization", "bearer " + good).get("/users/me").expect(200);
    for (var token : bad) {
      chat.as(token).get("/users/me").expectProblem(401, "unauthenticated");
      chat.anonymous()
          .with("Authorization", token)
          .get("/users/me")
          .expectProblem(401, "unauthenticated");
    }
    chat.anonymous()
        .with("Authorization", "Basic " + good)
        .get("/users/me")
        .expectProblem(401, "unauthenticated");
  }

  @Test
  void acceptsTokensOfAClockThatDiffersByUpToAMinute() {
    var user = chat.addUser(Role.USER, null);
    for (long ahead : List.of(-50L, -5L, 5L, 50L)) {
      var token = issuedByAClockAhead(user, ahead);
      chat.as(token).get("/users/me").expect(200);
      // From the cache.
      chat.as(token).get("/users/me").expect(200);
    }
    for (long ahead : List.of(-90L, 90L)) {
      chat.as(issuedByAClockAhead(user, ahead))
          .get("/users/me")
          .expectProblem(401, "unauthenticated");
    }
  }

  /** Returns a token of 20 s that was issued now by a clock that is so many seconds ahead. */
  private static String issuedByAClockAhead(User user, long seconds) {
    var there = Instant.now().plusSeconds(seconds);
    return JWT.create()
        .withSubject(user.userId().toString())
        .withIssuer(ISSUER)
        .withIssuedAt(there)
        .withNotBefore(there)
        .withExpiresAt(there.plusSeconds(20))
        .sign(Algorithm.HMAC256(SECRET));
  }

  /** A tenant with a member, and all kinds of callers. */
  private static final class World {
    private final User owner = chat.addUser(Role.USER, null);
    private final TenantId tenant = create(owner);
    private final User target = chat.addUser(Role.USER, tenant);

    private ChatClient client(String caller) {
      var client = chat.anonymous().tenant(tenant);
      return caller.equals("no token") ? client : client.as(token(caller));
    }

    private String token(String caller) {
      return switch (caller) {
        case "damaged token" -> good(owner).replace(".", ".e");
        case "wrong algorithm" ->
            AccessIT.token(owner.userId().toString(), ISSUER, Algorithm.HMAC512(SECRET), soon());
        case "wrong key" ->
            AccessIT.token(
                owner.userId().toString(), ISSUER, Algorithm.HMAC256("x".repeat(32)), soon());
        case "expired token" ->
            AccessIT.token(
                owner.userId().toString(),
                ISSUER,
                Algorithm.HMAC256(SECRET),
                Instant.now().minusSeconds(61));
        case "stranger" -> good(chat.addUser(Role.USER, elsewhere));
        case "external member" -> external();
        case "member" -> good(chat.addUser(Role.USER, tenant));
        case "owner" -> good(owner);
        case "admin" -> good(chat.addUser(Role.ADMIN, null));
        default -> throw new IllegalArgumentException(caller);
      };
    }

    /** Registers the issuer with the tenant, and returns a token of it. */
    private String external() {
      chat.as(good(owner)).put("/tenants/" + tenant + "/identity", identity()).expect(200);
      return CUSTOMER.token("someone", "Someone");
    }
  }

  private static Answer call(String route, ChatClient client, World world) {
    var path =
        route
            .substring(route.indexOf(' ') + 1)
            .replace("{tenant_id}", world.tenant.toString())
            .replace("{user_id}", world.target.userId().toString())
            .replace("{erasure_id}", UUID.randomUUID().toString())
            .replace("{message_id}", UUID.randomUUID().toString());
    return switch (route.substring(0, route.indexOf(' '))) {
      case "GET" -> route.equals(Routes.STREAM) ? opened(client, path) : client.get(path);
      case "DELETE" -> client.delete(path);
      case "PUT" ->
          client.put(
              path,
              path.endsWith("/identity")
                  ? identity()
                  : Map.of(
                      path.endsWith("/limits")
                          ? "members"
                          : path.endsWith("/retention") ? "retention_days" : "workers",
                      2));
      case "PATCH" -> client.patch(path, Map.of("name", "Renamed"));
      case "POST" ->
          path.matches(".*/(tickets|logout-all)") ? client.post(path) : post(client, path, world);
      default -> throw new IllegalArgumentException(route);
    };
  }

  private static Map<String, Object> identity() {
    return Map.of("issuer", CUSTOMER.issuer(), "keys", List.of(CUSTOMER.jwk()));
  }

  private static Answer post(ChatClient client, String path, World world) {
    if (path.endsWith("/erasures")) {
      return client.post(path, Map.of("sender_id", world.target.userId()));
    }
    if (path.endsWith("/import")) {
      return client.with("Content-Type", "application/x-ndjson").post(path, "\n");
    }
    var message = Map.of("content", Map.of("text", "hello"));
    return client.post(
        path,
        switch (path) {
          case "/authentication/login" ->
              Map.of("email", world.target.email(), "password", ChatService.PASSWORD);
          case "/tenants" -> Map.of("tenant_name", "Of access");
          case "/users" ->
              Map.of(
                  "name",
                  "New",
                  "email",
                  UUID.randomUUID() + "@example.com",
                  "password",
                  "long enough",
                  "tenant_id",
                  world.tenant);
          case "/messages", "/messages/publish" -> message;
          case "/messages/batch" -> Map.of("messages", List.of(message));
          default -> throw new IllegalArgumentException(path);
        });
  }

  /** Returns the status and headers of a stream. */
  private static Answer opened(ChatClient client, String path) {
    var response = client.open(path);
    try (var body = response.body()) {
      var text = response.statusCode() == 200 ? "" : new String(body.readAllBytes(), UTF_8);
      return new Answer(response.statusCode(), response.headers(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TenantId create(User owner) {
    var created = chat.as(good(owner)).post("/tenants", Map.of("tenant_name", "Of access"));
    return TenantId.fromString(created.expect(201).text("/tenant_id"));
  }

  private static String good(User user) {
    return token(user.userId().toString(), ISSUER, Algorithm.HMAC256(SECRET), soon());
  }

  private static Instant soon() {
    return Instant.now().plus(Duration.ofMinutes(5));
  }

  private static String token(
      String subject, String issuer, Algorithm algorithm, Instant expiresAt) {
    var token = JWT.create().withSubject(subject).withIssuer(issuer);
    return (expiresAt == null ? token : token.withExpiresAt(expiresAt)).sign(algorithm);
  }
}
