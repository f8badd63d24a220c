package dev.chatmultischema.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.user.Role;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A directory in which a client is generated from the OpenAPI document and run. */
record ClientProject(ChatService chat, Path directory) {

  static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();
  static final Path NODE_MODULES = SOURCES.resolve("node_modules");

  private static final Path TARGET = Path.of("target/clients").toAbsolutePath();
  private static final Path GENERATOR = TARGET.resolve("openapi-generator-cli.jar");
  private static final String DOCUMENT = "openapi.json";
  private static final long TIMEOUT_MINUTES = 5;

  /** Creates an empty directory with the document that the service serves. */
  static ClientProject create(ChatService chat, String name) throws IOException {
    var directory = TARGET.resolve(name);
    if (Files.exists(directory)) {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve(DOCUMENT), chat.anonymous().get("/openapi.json").expect(200).body());
    return new ClientProject(chat, directory);
  }

  /** Copies files of {@code src/test/clients}, by their paths there. */
  ClientProject copy(String... files) throws IOException {
    return copyFrom(SOURCES, files);
  }

  /** Copies files of a directory, by their paths there. */
  ClientProject copyFrom(Path sources, String... files) throws IOException {
    for (var file : files) {
      var source = sources.resolve(file);
      Files.copy(source, directory.resolve(source.getFileName().toString()));
    }
    return this;
  }

  /** Links the packages of {@code package.json} into the directory. */
  ClientProject withNodeModules() throws IOException {
    copy("package.json");
    Files.createSymbolicLink(directory.resolve("node_modules"), NODE_MODULES);
    return this;
  }

  /** Generates a client with openapi-generator, which Maven has put into the build directory. */
  void generate(String language, String... options) throws Exception {
    assertThat(GENERATOR).as("'mvn pre-integration-test' puts the generator there").isRegularFile();
    var command =
        new ArrayList<>(
            List.of(
                "java", "-jar", GENERATOR.toString(), "generate", "-i", DOCUMENT, "-g", language));
    command.addAll(List.of("-o", "generated"));
    command.addAll(List.of(options));
    run(command);
  }

  /** Returns the paths of all files with an ending. */
  List<String> files(String ending) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.map(Path::toString).filter(file -> file.endsWith(ending)).toList();
    }
  }

  String run(String... command) throws Exception {
    return run(List.of(command));
  }

  /**
   * Runs a command in the directory with the service and an admin in its environment, and returns
   * its output; fails the test unless it exits with 0 within minutes.
   */
  private String run(List<String> command) throws Exception {
    var output = directory.resolve("output.txt").toFile();
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().putAll(environment());
    var process = builder.start();
    try {
      var ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
      var said = Files.readString(output.toPath(), UTF_8);
      assertThat(ended).as("%s has ended; %s", command.get(0), said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Returns whether there is a program of that name. */
  static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private Map<String, String> environment() {
    return Map.of(
        "SERVICE", chat.uri().toString(),
        "ADMIN", chat.adminUri().toString(),
        "EMAIL", chat.addUser(Role.ADMIN, null).email(),
        "PASSWORD", ChatService.PASSWORD);
  }

  /** Returns the class path of the tests and of the classes compiled here. */
  static String classPath(String first) {
    return first + File.pathSeparator + System.getProperty("java.class.path");
  }
}
