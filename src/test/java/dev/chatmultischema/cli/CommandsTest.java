package dev.chatmultischema.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chatmultischema.support.CommandLine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failed commands print one message, no stack trace and no secret. */
final class CommandsTest {

  private static final String SECRET = "a secret that has at least 32 bytes";

  @Test
  void checkPassesWithASecret() {
    assertTrue(run(Map.of("JWT_SECRET", SECRET), "check", "config.yml").succeeded());
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "check"})
  void refusesAMissingSecret(String command) {
    assertEquals(
        "JWT_SECRET is not set: it must have at least 32 bytes",
        complaint(Map.of(), command, "config.yml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "check"})
  void refusesAShortSecret(String command) {
    assertEquals(
        "JWT_SECRET has 5 bytes: it must have at least 32",
        complaint(Map.of("JWT_SECRET", "hello"), command, "config.yml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "check"})
  void refusesAMissingKeyFile(String command) {
    assertEquals(
        "auth.keys: key a /nowhere/a.pem does not exist",
        complaint(Map.of("JWT_KEY_FILES", "a=/nowhere/a.pem"), command, "config.yml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://ann:s3cret@localhost/chat",
        "postgres://ann:s3cret@local host/chat",
        "postgres://ann:s3cret@/",
        "postgres://ann:s3 cret\\@@localhost/chat"
      })
  void explainsABadDatabaseUrlWithoutItsPassword(String url) {
    var complaint =
        complaint(Map.of("JWT_SECRET", SECRET, "DATABASE_URL", url), "check", "config.yml");

    assertTrue(complaint.contains("database.url"), complaint);
    assertFalse(complaint.contains("s3"), complaint);
    assertFalse(complaint.contains("through reference chain"), complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL, postgres, /chat",
    "RABBITMQ_URL, amqp, /",
    "REDIS_URL, redis, /0",
  })
  void readsAllUrlsByTheSameRulesWithoutTheirPasswords(
      String variable, String scheme, String path) {
    for (var good :
        List.of(
            "://ann:s3cret@my_host:99" + path + "\n",
            "://ann:s3@cr:et@[::1]" + path,
            "://ann:s3%2Fcr%3Aet%25@my_host" + path)) {
      var passed =
          run(Map.of("JWT_SECRET", SECRET, variable, scheme + good), "check", "config.yml");
      assertTrue(passed.succeeded(), passed.err());
    }
    for (var bad :
        List.of(
            "://ann:s3cret@" + path,
            "://ann:s3cret@my host" + path,
            "://ann:s3cret@host:70000" + path,
            "://ann:s3cret@h1,,h2" + path,
            "://ann:s3cret%@host" + path,
            "://ann:12/s3cret@host" + path,
            "://ann:12?s3cret@host" + path,
            "://ann:s3cret#@host" + path,
            "://ann:s3cret@host/a/b",
            ":ann:s3cret@host" + path)) {
      var complaint =
          complaint(Map.of("JWT_SECRET", SECRET, variable, scheme + bad), "check", "config.yml");
      assertTrue(complaint.contains(variable + " "), complaint);
      assertFalse(complaint.contains("s3"), complaint);
      assertEquals(1, complaint.lines().count(), complaint);
    }
  }

  @Test
  void explainsABadLogFormat() {
    var complaint =
        complaint(Map.of("JWT_SECRET", SECRET, "LOG_FORMAT", "xml"), "check", "config.yml");

    assertTrue(complaint.contains("'xml'"), complaint);
    assertTrue(complaint.contains("json, text"), complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "'', no command: as in java -jar tenant-api.jar server config.yml",
    "fly config.yml, invalid choice: 'fly'",
    "server, no configuration file: as in java -jar tenant-api.jar server config.yml",
    "check, no configuration file: as in java -jar tenant-api.jar check config.yml",
    "db, too few arguments; see java -jar tenant-api.jar db --help",
    "db fly config.yml, invalid choice: 'fly'",
    "db migrate, no configuration file: as in java -jar tenant-api.jar db migrate config.yml",
    "user add --email a@b.example, see java -jar tenant-api.jar user add --help",
    "user add --fly, see java -jar tenant-api.jar user add --help",
    "check ., cannot read the configuration file: . (Is a directory)",
    "db migrate nowhere.yml, cannot read the configuration file: File nowhere.yml not found",
    "check README.md, 'README.md has an error: '"
  })
  void explainsWrongArgumentsInOneLine(String arguments, String problem) {
    var complaint = complaint(Map.of(), arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertTrue(complaint.contains(problem), complaint);
    assertEquals(1, complaint.lines().count(), complaint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "server --help", "db --help", "db migrate --help", "user add -h"})
  void helps(String arguments) {
    var helped = run(Map.of(), arguments.split(" "));

    assertTrue(helped.out().contains("usage: java -jar"), helped.out());
    assertEquals("", helped.err());
  }

  @Test
  void explainsAMissingFile() {
    assertTrue(complaint(Map.of(), "check", "nowhere.yml").contains("nowhere.yml"));
  }

  @Test
  void explainsAnUnreachableDatabase() {
    var complaint =
        complaint(
            Map.of("DATABASE_URL", "postgres://ann:s3cret@localhost:1/chat"),
            "db",
            "migrate",
            "config.yml");

    assertTrue(complaint.contains("Connection to localhost:1 refused"), complaint);
  }

  /** Returns the standard error of a command that fails. */
  private static String complaint(Map<String, String> environment, String... arguments) {
    var ended = run(environment, arguments);
    assertFalse(ended.succeeded());
    assertFalse(ended.err().contains("\tat "), ended.err());
    return ended.err().strip();
  }

  private static CommandLine run(Map<String, String> environment, String... arguments) {
    return CommandLine.run(environment, "", arguments);
  }
}
