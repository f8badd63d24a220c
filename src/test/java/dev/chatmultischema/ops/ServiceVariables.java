package dev.chatmultischema.ops;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** The environment variables that {@code config.yml} reads. */
final class ServiceVariables {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)");
  private static final String FILE = "_FILE";

  private ServiceVariables() {}

  static Set<String> all() throws IOException {
    return VARIABLE
        .matcher(Files.readString(Path.of("config.yml")))
        .results()
        .map(match -> match.group(1))
        .collect(toUnmodifiableSet());
  }

  /** Returns the variable that a name with {@code _FILE} sets, or the name itself. */
  static String variable(String name) {
    return name.endsWith(FILE) ? name.substring(0, name.length() - FILE.length()) : name;
  }
}
