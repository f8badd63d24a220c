package dev.chatmultischema.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.chatmultischema.auth.Passwords;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes of a user that end older tokens, their tickets and their streams, on two nodes. */
@Tag("once")
@ChatTest
class EndedTokensIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String NEW_PASSWORD = "quite another one";

  @Started private static ChatService chat;
  private static ChatService other;
  private static ChatClient admin;
  private static TenantId tenant;
  private static TenantId second;

  private User user;
  private ChatClient client;

  @BeforeAll
  static void start() {
    other = ChatService.on(Backends.shared()).start();
    admin = chat.asAdmin();
    tenant = chat.addTenant(chat.adminToken());
    second = chat.addTenant(chat.adminToken());
  }

  @AfterAll
  static void stop() {
    other.close();
  }

  @BeforeEach
  void logIn() {
    user = chat.addUser(Role.USER, tenant);
    client = chat.as(chat.login(user)).tenant(tenant);
  }

  /** The changes that end tokens. */
  enum Change {
    OWN_PASSWORD,
    PASSWORD_BY_ADMIN,
    PASSWORD_BY_SQL,
    ROLE,
    MEMBERSHIP,
    DISABLED,
    DELETED,
    LOGOUT_ALL
  }

  private static void make(Change change, User user, ChatClient client) {
    var path = "/users/" + user.userId();
    switch (change) {
      case OWN_PASSWORD ->
          client
              .patch(
                  path, Map.of("password", NEW_PASSWORD, "current_password", ChatService.PASSWORD))
              .expect(200);
      case PASSWORD_BY_ADMIN -> admin.patch(path, Map.of("password", NEW_PASSWORD)).expect(200);
      case PASSWORD_BY_SQL ->
          chat.jdbi()
              .useHandle(
                  handle ->
                      handle.execute(
                          "UPDATE users SET password = ? WHERE user_id = ?",
                          new Passwords().hash(NEW_PASSWORD),
                          user.userId()));
      case ROLE -> admin.patch(path, Map.of("role", "admin")).expect(200);
      case MEMBERSHIP -> admin.patch(path, Map.of("tenant_id", second)).expect(200);
      case DISABLED -> admin.patch(path, Map.of("disabled", true)).expect(200);
      case DELETED -> admin.delete(path).expect(204);
      case LOGOUT_ALL -> client.post("/authentication/logout-all").expect(204);
    }
  }

  @Test
  void endsTokensTicketsAndStreamsOnEveryNode() {
    // All have logged in before the first change, whose hashing would delay the logins.
    var checks = Stream.of(Change.values()).map(EndedTokensIT::check).toList();
    // At the same time, since the nodes may take seconds for each.
    var running =
        checks.stream()
            .map(check -> CompletableFuture.runAsync(check, EndedTokensIT::run))
            .toList();
    running.forEach(CompletableFuture::join);
  }

  /** Logs a new member in, and returns the check of a change of this member. */
  private static Runnable check(Change change) {
    var member = chat.addUser(Role.USER, tenant);
    var client = chat.as(chat.login(member));
    return () -> endsTokensTicketsAndStreams(change, member, client);
  }

  private static void endsTokensTicketsAndStreams(Change change, User user, ChatClient member) {
    var client = member.tenant(tenant);
    var nodes = List.of(client, client.at(other));
    nodes.forEach(node -> node.get("/users/me").expect(200));
    var ticket = client.post("/messages/stream/tickets").expect(201).text("/ticket");
    var streams = nodes.stream().map(EndedTokensIT::follow).toList();
    make(change, user, client);
    await(change.name())
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                nodes.forEach(node -> node.get("/users/me").expectProblem(401, "unauthenticated")));
    streams.forEach(
        stream ->
            assertThat(stream)
                .as(change.name())
                .succeedsWithin(LIMIT)
                .asString()
                .contains("event: ready", "access was withdrawn"));
    assertThat(other.anonymous().get("/messages/stream?ticket=" + ticket).status()).isEqualTo(401);
    client.get("/messages").expectProblem(401, "unauthenticated");
  }

  /** Returns the text of a stream once it has ended. */
  private static CompletableFuture<String> follow(ChatClient client) {
    var response = client.open("/messages/stream");
    assertThat(response.statusCode()).isEqualTo(200);
    return CompletableFuture.supplyAsync(
        () -> {
          try (var body = response.body()) {
            return new String(body.readAllBytes(), UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        EndedTokensIT::run);
  }

  private static void run(Runnable task) {
    new Thread(task, "ended-tokens").start();
  }

  @Test
  void acceptsATokenOfTheSameSecondOnEveryNodeAtOnce() {
    for (int times = 0; times < 3; times++) {
      client.at(other).get("/users/me").expect(200);
      client.post("/authentication/logout-all").expect(204);
      client.get("/users/me").expectProblem(401, "unauthenticated");
      client = client.as(chat.login(user));
      client.at(other).get("/users/me").expect(200);
      client.get("/users/me").expect(200);
    }
  }

  @Test
  void keepsTokensOverOtherChanges() {
    var path = "/users/" + user.userId();
    var renamed = Map.of("name", "New", "role", "user", "tenant_id", tenant, "disabled", false);
    admin.patch(path, renamed).expect(200);
    admin.patch(path, Map.of("email", "x" + user.email())).expect(200);
    chat.asUser().post("/authentication/logout-all").expect(204);
    client.at(other).get("/users/me").expect(200);
    client.get("/users/me").expect(200);
  }

  @Test
  void keepsTokensWhenALoginStoresAStrongerHash() {
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE users SET password = ? WHERE user_id = ?",
                    BCrypt.withDefaults().hashToString(4, ChatService.PASSWORD.toCharArray()),
                    user.userId()));
    var token = chat.login(user);
    var later = chat.login(user);
    assertThat(hash()).startsWith("$2a$10$");
    for (var one : List.of(token, later)) {
      chat.as(one).get("/users/me").expect(200);
      other.as(one).get("/users/me").expect(200);
    }
  }

  private String hash() {
    return chat.jdbi()
        .withHandle(
            handle ->
                handle
                    .select("SELECT password FROM users WHERE user_id = ?", user.userId())
                    .mapTo(String.class)
                    .one());
  }

  @Test
  void requiresTheCurrentPasswordForOwnPasswordAndEmail() {
    var path = "/users/" + user.userId();
    for (var change : List.of(Map.of("password", NEW_PASSWORD), Map.of("email", "x@example.com"))) {
      var refused = client.patch(path, change);
      refused.expectProblem(422, "validation_failed");
      assertThat(refused.text("/errors/0/field")).isEqualTo("current_password");
    }
    client
        .patch(path, Map.of("password", NEW_PASSWORD, "current_password", "not the right one"))
        .expectProblem(403, "wrong_password");
    client.patch(path, Map.of("name", "New", "email", user.email())).expect(200);
    chat.login(user);
    client
        .patch(path, Map.of("email", "x" + user.email(), "current_password", ChatService.PASSWORD))
        .expect(200);
    client.get("/users/me").expect(200);
  }

  @Test
  void boundsGuessesOfTheCurrentPassword() {
    var path = "/users/" + user.userId();
    var wrong = Map.of("password", NEW_PASSWORD, "current_password", "not the right one");
    for (int guess = 0; guess < 5; guess++) {
      client.patch(path, wrong).expectProblem(403, "wrong_password");
    }
    var right = Map.of("password", NEW_PASSWORD, "current_password", ChatService.PASSWORD);
    client.patch(path, right).expectProblem(429, "too_many_logins");
    // The owner of the account still can log in, and can end a stolen token.
    client.post("/authentication/logout-all").expect(204);
    chat.login(user);
  }

  @Test
  void refusesCommonPasswordsAndThoseThatNameTheUser() {
    var path = "/users/" + user.userId();
    for (var password : List.of("password", "12345678", "Qwertyuiop", "aaaaaaaa", user.email())) {
      for (var answer :
          List.of(
              admin.patch(path, Map.of("password", password)),
              admin.post(
                  "/users", Map.of("name", "New", "email", user.email(), "password", password)))) {
        answer.expectProblem(422, "validation_failed");
        assertThat(answer.text("/errors/0/field")).isEqualTo("password");
      }
    }
    client.get("/users/me").expect(200);
  }

  @Test
  void forbidsCachesToKeepTokensAndTickets() {
    var login = Map.of("email", user.email(), "password", ChatService.PASSWORD);
    for (var answer :
        List.of(
            chat.anonymous().post("/authentication/login", login).expect(200),
            client.post("/messages/stream/tickets").expect(201))) {
      assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }
  }
}
