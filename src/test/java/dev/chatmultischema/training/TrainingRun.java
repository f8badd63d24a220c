package dev.chatmultischema.training;

import dev.chatmultischema.embedded.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes an archive of the classes that the service loads, and on Java 25 of the profiles of its
 * methods: runs the jar against {@link Backends} under load and ends it. A JVM that uses the
 * archive starts faster and compiles sooner.
 *
 * <p>Beside {@code NAME.jar}, this writes {@code NAME.aot} (Java 25 and later) or {@code NAME.jsa},
 * and {@code NAME.options}, an argument file for {@code java}: the given options and the one that
 * names the archive. An archive is valid for the same jar and the same build of the JVM; with any
 * other, the JVM ignores it. Before Java 19, the path of the jar must be the same, too.
 */
public final class TrainingRun {

  private static final Duration LOAD =
      Duration.ofSeconds(Integer.getInteger("training.seconds", 30));

  private TrainingRun() {}

  /**
   * Makes the archive.
   *
   * @param arguments the jar, the configuration file, and an argument file of JVM options; paths
   *     are written to {@code NAME.options} as they are given
   */
  public static void main(String... arguments) throws Exception {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("arguments: JAR CONFIGURATION JVM_OPTIONS");
    }
    make(arguments[0], arguments[1], Path.of(arguments[2]), LOAD);
    // Embedded servers have threads that are not daemons.
    System.exit(0);
  }

  /** Returns the options that use the archive, after writing both files. */
  static Path make(String jar, String configuration, Path options, Duration load)
      throws IOException, InterruptedException {
    var name = jar.replaceFirst("\\.jar$", "");
    boolean profiles = Runtime.version().feature() >= 25;
    var archive = name + (profiles ? ".aot" : ".jsa");
    Files.deleteIfExists(Path.of(archive));
    var recording = (profiles ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive;
    try (var service = TrainedService.start(jar, configuration, options, recording)) {
      service.load(load);
      service.end();
    }
    if (!Files.exists(Path.of(archive)) || Files.size(Path.of(archive)) == 0) {
      throw new IOException("the JVM has written no archive " + archive);
    }
    var using = (profiles ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
    var lines = new ArrayList<>(List.of("# Written by a training run; see README, Deploy it."));
    try (Stream<String> given = Files.lines(options)) {
      given.filter(line -> line.startsWith("-")).forEach(lines::add);
    }
    lines.add(using);
    return Files.write(Path.of(name + ".options"), lines);
  }
}
