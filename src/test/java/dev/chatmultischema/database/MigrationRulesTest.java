package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Migrations add, and never change what the version before uses, which runs until its last node is
 * replaced. {@code RollingUpgradeIT} runs that version on the migrated tables.
 */
final class MigrationRulesTest {

  private static final Path MIGRATIONS = Path.of("migrations");

  /** Comments, and the statements that undo a change set. */
  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");

  private static final Pattern REFUSED =
      Pattern.compile(
          "(?i)\\b(?:"
              + "DROP\\s+(?:TABLE|COLUMN|VIEW|SCHEMA|TYPE|FUNCTION|SEQUENCE|INDEX|DEFAULT)"
              + "|RENAME\\s+(?:TO|COLUMN|CONSTRAINT)"
              + "|ALTER\\s+COLUMN\\s+\\w+\\s+(?:SET\\s+DATA\\s+)?TYPE"
              + "|SET\\s+NOT\\s+NULL"
              + "|ADD\\s+(?:CONSTRAINT|UNIQUE|CHECK|PRIMARY\\s+KEY|FOREIGN\\s+KEY)"
              + "|ADD\\s+COLUMN\\s+\\w+[^,;]*\\sNOT\\s+NULL(?![^,;]*\\s(?:DEFAULT|GENERATED)\\s)"
              + ")\\b");

  /** What was looked at and does not concern the version before, with the reason. */
  private static final Map<String, List<String>> ALLOWED =
      Map.of(
          // Before the first release.
          "0001-tenants-and-users.sql", List.of("ADD CONSTRAINT"),
          // Every row of a task satisfies it, and the version before writes no others.
          "0012-security-events.sql", List.of("ADD CONSTRAINT"));

  static Stream<Path> migrations() throws IOException {
    try (var files = Files.list(MIGRATIONS)) {
      return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("migrations")
  void addsOnly(Path migration) throws IOException {
    var allowed = ALLOWED.getOrDefault(migration.getFileName().toString(), List.of());
    assertThat(refused(Files.readString(migration))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE users DROP COLUMN name;",
        "drop table audit;",
        "ALTER TABLE users RENAME COLUMN name TO full_name;",
        "ALTER TABLE users ALTER COLUMN name TYPE varchar(10);",
        "ALTER TABLE users ALTER COLUMN name SET NOT NULL;",
        "ALTER TABLE users ADD COLUMN a text, ADD COLUMN b integer NOT NULL;",
        "ALTER TABLE users ADD CONSTRAINT short CHECK (length(name) < 10);",
      })
  void refusesChanges(String statement) {
    assertThat(refused(statement)).hasSize(1);
  }

  @Test
  void acceptsAdditions() {
    assertThat(
            refused(
                """
                CREATE TABLE things (id uuid PRIMARY KEY, name text NOT NULL);
                ALTER TABLE users ADD COLUMN a text, ADD COLUMN b integer NOT NULL DEFAULT 0;
                ALTER TABLE audit ALTER COLUMN task DROP NOT NULL;
                --rollback DROP TABLE things;
                """))
        .isEmpty();
  }

  private static List<String> refused(String sql) {
    return REFUSED
        .matcher(COMMENT.matcher(sql).replaceAll(""))
        .results()
        .map(match -> match.group())
        .toList();
  }
}
