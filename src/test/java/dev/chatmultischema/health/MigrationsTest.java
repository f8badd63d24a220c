package dev.chatmultischema.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.Test;

final class MigrationsTest {

  @Test
  void knowsTheChangeSetsThatLiquibaseParses() throws Exception {
    assertThat(Migrations.ids()).containsExactlyInAnyOrderElementsOf(parsedByLiquibase());
    assertThat(Migrations.ids()).contains("tenants", "users", "messages", "audit");
  }

  private static List<String> parsedByLiquibase() throws Exception {
    try (var resources = new ClassLoaderResourceAccessor()) {
      return ChangeLogParserFactory.getInstance()
          .getParser(Migrations.CHANGELOG, resources)
          .parse(Migrations.CHANGELOG, new ChangeLogParameters(), resources)
          .getChangeSets()
          .stream()
          .map(ChangeSet::getId)
          .toList();
    }
  }
}
