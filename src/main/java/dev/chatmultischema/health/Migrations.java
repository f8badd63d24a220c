package dev.chatmultischema.health;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The change sets in this jar, which the database must have before the service can work. */
public final class Migrations {

  public static final String CHANGELOG = "migrations/changelog.yaml";

  private static final Pattern INCLUDED = Pattern.compile("(?m)^\\s*- include: \\{file: ([^,}]+)");
  private static final Pattern CHANGE_SET = Pattern.compile("(?m)^--changeset [^:]+:(\\S+)");

  private Migrations() {}

  /** The ids of all change sets, read from the changelog, so that no second list can be wrong. */
  static Set<String> ids() {
    var ids =
        groups(INCLUDED, read(CHANGELOG))
            .flatMap(file -> groups(CHANGE_SET, read("migrations/" + file)))
            .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
    if (ids.isEmpty()) {
      throw new IllegalStateException(CHANGELOG + " names no change sets");
    }
    return ids;
  }

  private static Stream<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1));
  }

  private static String read(String resource) {
    try {
      return Resources.toString(Resources.getResource(resource), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
