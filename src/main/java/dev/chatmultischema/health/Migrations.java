package dev.chatmultischema.health;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the change sets of this jar, which the database must have before the service can work. */
public final class Migrations {

  public static final String CHANGELOG = "migrations/changelog.yaml";

  /** The line of formatted SQL that begins a change set: {@code --changeset author:id}. */
  private static final Pattern CHANGE_SET =
      Pattern.compile("^--changeset [^:\\s]+:(\\S+)", Pattern.MULTILINE);

  private Migrations() {}

  /**
   * Returns the ids of all change sets, as Liquibase itself would parse them. Liquibase's parser is
   * not used, since loading it would take a large part of the time until the service is ready.
   *
   * @throws IllegalStateException if the jar has no valid changelog
   */
  static Set<String> ids() {
    try {
      var ids = ImmutableSortedSet.<String>naturalOrder();
      var changelog = new YAMLMapper().readTree(Resources.getResource(CHANGELOG));
      for (var change : changelog.required("databaseChangeLog")) {
        changeSets(change.required("include").required("file").asText()).forEach(ids::add);
      }
      return ids.build();
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("could not parse " + CHANGELOG, e);
    }
  }

  private static Stream<String> changeSets(String file) throws IOException {
    var sql =
        Resources.toString(Resources.getResource("migrations/" + file), StandardCharsets.UTF_8);
    return CHANGE_SET.matcher(sql).results().map((MatchResult begin) -> begin.group(1));
  }
}
