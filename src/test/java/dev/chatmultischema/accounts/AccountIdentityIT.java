package dev.chatmultischema.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.user.Role;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An e-mail address identifies one user, in any form, inserted by the service or by SQL. */
@ChatTest(settings = {"limits.failedLogins=1000", "limits.failedLoginsPerEmail=1000"})
@Tag("once")
class AccountIdentityIT {

  private static final String PASSWORD = "pw";

  @Started private static ChatService chat;
  private static ChatClient admin;

  @BeforeAll
  static void start() {
    admin = chat.asAdmin();
  }

  @Test
  void storesOneFormAndAcceptsAnyAtLogin() {
    var unique = UUID.randomUUID();
    var composed = "J\u00D6rg-" + unique + "@ex\u00E4mple.com";
    var decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);
    var created = create(decomposed, "Zoe\u0308").expect(201);
    assertThat(created.text("/email")).isEqualTo("j\u00F6rg-" + unique + "@ex\u00E4mple.com");
    assertThat(created.text("/name")).isEqualTo("Zo\u00EB");
    for (var written :
        List.of(composed, decomposed, composed.toUpperCase(Locale.ROOT), created.text("/email"))) {
      login(written, "long enough").expect(200);
      create(written, "Another").expectProblem(409, "email_taken");
    }
    var other = create(UUID.randomUUID() + "@example.com", "Other").expect(201);
    admin
        .patch("/users/" + other.text("/user_id"), Map.of("email", decomposed))
        .expectProblem(409, "email_taken");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u200B", "\u00AD", "\u2060", "\uFEFF", "\u202E", "\u034F", "\uFE0F", "\u0000", "\uE000",
        "\uFF41", "\u0430"
      })
  void refusesConfusableAddresses(String address) {
    var email = "x" + address + UUID.randomUUID() + "@example.com";
    create(email, "Ann").expectProblem(422, "validation_failed");
    var member = chat.addUser(Role.USER, null);
    admin
        .patch("/users/" + member.userId(), Map.of("email", email))
        .expectProblem(422, "validation_failed");
    login(email, "long enough").expectProblem(401, "invalid_credentials");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"An\u200Bn", "\u202EnnA", "An\u00ADn", "Ann\u2028", "Ann\u0000", "\u3164"})
  void refusesNamesWithInvisibleCharacters(String name) {
    create(UUID.randomUUID() + "@example.com", name).expectProblem(422, "validation_failed");
    admin.post("/tenants", Map.of("tenant_name", name)).expectProblem(422, "validation_failed");
    var member = chat.addUser(Role.USER, null);
    admin
        .patch("/users/" + member.userId(), Map.of("name", name))
        .expectProblem(422, "validation_failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"$2a$", "$2b$", "$2y$"})
  void logsInUsersInsertedBySql(String version) {
    for (int cost : List.of(4, 6, 10, 12)) {
      var email = UUID.randomUUID() + "@example.com";
      insert(email, hash(cost).replace("$2a$", version), "admin");
      var session = login(email, PASSWORD).expect(200);
      assertThat(session.text("/user/role")).isEqualTo("admin");
      chat.as(session.text("/token")).get("/users").expect(200);
      login(email, "wrong").expectProblem(401, "invalid_credentials");
      login(email, PASSWORD).expect(200);
    }
  }

  @Test
  void logsInUsersHashedByPgcrypto() {
    var email = UUID.randomUUID() + "@example.com";
    chat.jdbi()
        .useHandle(
            handle -> {
              handle.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto");
              handle.execute(
                  """
                  INSERT INTO users (user_id, name, email, password, role)
                  VALUES (gen_random_uuid(), 'Ann', ?, crypt('pw', gen_salt('bf')), 'admin')
                  """,
                  email);
            });
    var session = login(email, PASSWORD).expect(200);
    chat.as(session.text("/token")).get("/users").expect(200);
  }

  @Test
  void replacesACheapHashUnlessItHasChangedMeanwhile() {
    var email = UUID.randomUUID() + "@example.com";
    insert(email, hash(4), "user");
    login(email, PASSWORD).expect(200);
    var stored =
        chat.jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT password FROM users WHERE email = :email")
                        .bind("email", email)
                        .mapTo(String.class)
                        .one());
    assertThat(stored).startsWith("$2a$10$");
    login(email, PASSWORD).expect(200);
  }

  @ParameterizedTest
  @CsvSource({
    "ANN-%s@Example.COM, ann-%s@example.com",
    "jo\u0308rg-%s@example.com, j\u00F6rg-%s@example.com",
    "Info-%s@EXAMPLE.com, INFO-%s@example.com"
  })
  void logsInUsersInsertedWithAnotherFormOfTheirAddress(String inserted, String given) {
    var unique = UUID.randomUUID();
    insert(inserted.formatted(unique), hash(4), "user");
    login(given.formatted(unique), PASSWORD).expect(200);
    create(given.formatted(unique), "Another").expectProblem(409, "email_taken");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "pw",
        "$2a$",
        "$2a$zz$",
        "$2a$99$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
        "$2a$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
        "$2a$10$!bcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
        "$2a$10$short",
        "$1$md5$md5",
        "$6$rounds=5000$sha512crypt",
        "\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9"
      })
  void respondsInvalidCredentialsForAnInvalidHash(String hash) {
    var email = UUID.randomUUID() + "@example.com";
    insert(email, hash, "user");
    login(email, PASSWORD).expectProblem(401, "invalid_credentials");
    login(email, hash.isEmpty() ? " " : hash).expectProblem(401, "invalid_credentials");
  }

  @Test
  void refusesInvalidRoles() {
    for (var role : List.of("Admin", "ADMIN", "root", "")) {
      Assertions.assertThrows(
          UnableToExecuteStatementException.class,
          () -> insert(UUID.randomUUID() + "@example.com", hash(4), role));
    }
  }

  /** Without hashing, a response takes a few milliseconds; with it, a multiple. */
  @Test
  void takesTheSameTimeForAnyCredentials() {
    var known = chat.addUser(Role.USER, null).email();
    var unknown = UUID.randomUUID() + "@example.com";
    var long73 = "x".repeat(73);
    var fastest = new HashMap<List<String>, Long>();
    for (int round = 0; round < 4; round++) {
      for (var email : List.of(known, unknown, "a\u0000b@example.com", "x".repeat(2_000))) {
        for (var password : List.of("wrong", long73)) {
          fastest.merge(List.of(email, password), loginTime(email, password), Math::min);
        }
      }
    }
    long slowest = Collections.max(fastest.values());
    assertThat(fastest.values()).as("ns").allMatch(time -> time > slowest / 4);
  }

  private static long loginTime(String email, String password) {
    long begun = System.nanoTime();
    login(email, password).expectProblem(401, "invalid_credentials");
    return System.nanoTime() - begun;
  }

  private static String hash(int cost) {
    return new String(
        BCrypt.withDefaults().hash(cost, PASSWORD.getBytes(StandardCharsets.UTF_8)),
        StandardCharsets.US_ASCII);
  }

  /** Inserts a user with the columns that the guide for operators names. */
  private static void insert(String email, String hash, String role) {
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO users (user_id, name, email, password, role) VALUES (?, ?, ?, ?,"
                        + " ?)",
                    UuidCreator.getTimeOrderedEpoch(),
                    "Ann",
                    email,
                    hash,
                    role));
  }

  private static Answer create(String email, String name) {
    return admin.post("/users", Map.of("email", email, "name", name, "password", "long enough"));
  }

  private static Answer login(String email, String password) {
    return chat.anonymous()
        .post("/authentication/login", Map.of("email", email, "password", password));
  }
}
