package dev.chatmultischema.health;

import com.google.common.collect.ImmutableSortedSet;
import java.util.Set;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ClassLoaderResourceAccessor;

/** Reads the change sets of this jar, which the database must have before the service can work. */
public final class Migrations {

  public static final String CHANGELOG = "migrations/changelog.yaml";

  private Migrations() {}

  /**
   * Returns the ids of all change sets, as Liquibase itself parses the changelog.
   *
   * @throws IllegalStateException if the jar has no valid changelog
   */
  static Set<String> ids() {
    try (var resources = new ClassLoaderResourceAccessor()) {
      return ChangeLogParserFactory.getInstance()
          .getParser(CHANGELOG, resources)
          .parse(CHANGELOG, new ChangeLogParameters(), resources)
          .getChangeSets()
          .stream()
          .map(ChangeSet::getId)
          .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
    } catch (Exception e) {
      throw new IllegalStateException("could not parse " + CHANGELOG, e);
    }
  }
}
