package dev.chatmultischema.support;

import java.nio.file.Path;
import java.util.List;

/**
 * A built version of the service and the JVM that runs it.
 *
 * @param directory the working directory, with {@code config.yml} and {@code target/tenant-api.jar}
 * @param java the home of the JDK
 * @param jvmOptions of the server, not of other commands
 */
public record Installation(Path directory, Path java, List<String> jvmOptions) {

  /** The home of the JDK that runs this process. */
  public static final Path JAVA = Path.of(System.getProperty("java.home"));

  /** The version in the working directory, on this JDK. */
  public static final Installation BUILT =
      new Installation(Path.of("").toAbsolutePath(), JAVA, List.of());
}
