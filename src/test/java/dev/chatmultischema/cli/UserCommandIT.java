package dev.chatmultischema.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.CommandLine;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.UserReader;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("once")
final class UserCommandIT {

  private static final String URL = Backends.shared().databaseUrl();

  @BeforeAll
  static void migrate() {
    ChatService.migrate(URL);
  }

  @Test
  void addsAUserWhoCanLogIn() {
    var email = email();

    var added = add(URL, email, "Ann Admin", "admin", ChatService.PASSWORD + "\n");

    assertTrue(added.succeeded(), added.err());
    try (var chat = ChatService.start()) {
      var user =
          chat.jdbi()
              .withHandle(handle -> UserReader.find(handle, UUID.fromString(added.out().strip())))
              .orElseThrow();
      assertEquals("Ann Admin", user.name());
      assertEquals(email, user.email());
      assertEquals(Role.ADMIN, user.role());
      assertFalse(chat.login(user).isEmpty());
    }
  }

  @Test
  void acceptsALastLineWithoutALineBreak() {
    assertTrue(add(URL, email(), "Ann", "user", "p\u00e4ssword").succeeded());
  }

  @Test
  void refusesAnExistingAddressInAnyCase() {
    var email = email();
    add(URL, email, "Ann", "user", "a good one\n");

    var again = add(URL, email.toUpperCase(java.util.Locale.ROOT), "Ann", "user", "a good one\n");

    assertFalse(again.succeeded());
    assertComplaint("there is a user with the e-mail address", again);
  }

  @ParameterizedTest
  @CsvSource({
    "ann, Ann, a good one, email must be",
    "ann@example.com, ' ', a good one, name must",
    "ann@example.com, Ann, short, password must have at least 8",
    "ann@example.com, Ann,"
        + " 0123456789012345678901234567890123456789012345678901234567890123456789012, at most 72"
        + " bytes",
    "ann@example.com, Ann, '', password",
    "ann@example.com, Ann, 12345678, password is one of the passwords that guessers try first",
    "ann@example.com, Ann Smith, ann smith, password must not be the name"
  })
  void explainsInvalidArguments(String email, String name, String password, String complaint) {
    var refused = add(URL, email, name, "user", password);

    assertFalse(refused.succeeded());
    assertComplaint(complaint, refused);
    assertFalse(refused.err().contains("0123456789"), refused.err());
  }

  @Test
  void refusesAnUnknownRole() {
    var refused = add(URL, email(), "Ann", "king", "a good one\n");

    assertFalse(refused.succeeded());
    assertTrue(refused.err().contains("--role"), refused.err());
  }

  @Test
  void reportsADatabaseThatIsNotMigrated() {
    var refused = add(Backends.shared().newDatabase(), email(), "Ann", "user", "a good one\n");

    assertFalse(refused.succeeded());
    assertComplaint("run db migrate", refused);
  }

  @Test
  void reportsAnUnreachableDatabaseWithoutItsPassword() {
    var refused =
        add("postgres://ann:s3cret@localhost:1/chat", email(), "Ann", "user", "a good one\n");

    assertFalse(refused.succeeded());
    assertComplaint("Connection to localhost:1 refused", refused);
    assertFalse(refused.err().contains("s3cret"), refused.err());
  }

  @Test
  void readsUtf8InAnyLocale() throws Exception {
    var email = "j\u00F6rg-" + UUID.randomUUID() + "@ex\u00E4mple.com";
    var added = inLocaleC(email.getBytes(UTF_8), "p\u00E4ssw\u00F6rter".getBytes(UTF_8));

    assertEquals(0, added.exitCode(), added.output());
    try (var chat = ChatService.start()) {
      var session =
          chat.anonymous()
              .post(
                  "/authentication/login",
                  Map.of("email", email, "password", "p\u00E4ssw\u00F6rter"))
              .expect(200);
      assertEquals(email, session.text("/user/email"));
      assertEquals("Zo\u00EB", session.text("/user/name"));
    }
  }

  @Test
  void refusesTextThatIsNotUtf8() throws Exception {
    var email = "j\u00F6rg-" + UUID.randomUUID() + "@example.com";

    var argument = inLocaleC(email.getBytes(ISO_8859_1), "a good one".getBytes(UTF_8));
    assertEquals(1, argument.exitCode(), argument.output());
    assertEquals(1, argument.output().lines().count(), argument.output());
    assertTrue(argument.output().contains("argument 4 is not UTF-8"), argument.output());

    var password = inLocaleC(email.getBytes(UTF_8), "p\u00E4ssword".getBytes(ISO_8859_1));
    assertEquals(1, password.exitCode(), password.output());
    assertEquals(1, password.output().lines().count(), password.output());
    assertTrue(password.output().contains("the password is not UTF-8"), password.output());
  }

  /** The result of a command that ran in a process of its own. */
  private record Ended(int exitCode, String output) {}

  /**
   * Runs the command from a shell, since this JVM may not be able to write every byte into an
   * argument; the name is always Zo\u00EB in UTF-8.
   */
  private static Ended inLocaleC(byte[] email, byte[] password) throws Exception {
    var script =
        "printf '%s' | LC_ALL=C exec \"$JAVA\" -cp \"$CLASSES\" dev.chatmultischema.ChatApplication user add --email \"$(printf '%s')\" --name \"$(printf '%s')\" --role user config.yml"
            .formatted(octal(password), octal(email), octal("Zo\u00EB".getBytes(UTF_8)));
    var builder = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
    builder.environment().put("JAVA", System.getProperty("java.home") + "/bin/java");
    builder.environment().put("CLASSES", System.getProperty("java.class.path"));
    builder.environment().put("DATABASE_URL", URL);
    builder.environment().put("LOG_LEVEL", "ERROR");
    // The launcher reports on standard error that it read this variable.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), output.strip());
  }

  private static String octal(byte[] bytes) {
    var text = new StringBuilder();
    for (byte each : bytes) {
      text.append("\\%03o".formatted(each & 0xFF));
    }
    return text.toString();
  }

  private static CommandLine add(
      String url, String email, String name, String role, String password) {
    return CommandLine.run(
        Map.of("DATABASE_URL", url),
        password,
        "user",
        "add",
        "--email",
        email,
        "--name",
        name,
        "--role",
        role,
        "config.yml");
  }

  private static String email() {
    return UUID.randomUUID() + "@example.com";
  }

  private static void assertComplaint(String part, CommandLine refused) {
    assertTrue(refused.err().contains(part), refused.err());
    assertFalse(refused.err().contains("\tat "), refused.err());
  }
}
