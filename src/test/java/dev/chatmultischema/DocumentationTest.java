package dev.chatmultischema;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents name classes and files that exist. */
final class DocumentationTest {

  private static final Pattern CLASS = Pattern.compile("`((?:[A-Z][a-z0-9]+){2,})`");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#\\s]+)");

  /** Classes of libraries that the documents compare with. */
  private static final Set<String> FOREIGN =
      Set.of("DataSize", "EagerContentHandler", "FrameHandler");

  static Stream<Path> documents() throws IOException {
    var documents = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
    for (var folder : List.of("docs", "ops")) {
      try (var files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    return documents.stream();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void namesExistingClasses(Path document) throws IOException {
    assertThat(found(CLASS, document)).isSubsetOf(classes());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksToExistingFiles(Path document) throws IOException {
    var folder = document.toAbsolutePath().getParent();
    assertThat(found(LINK, document)).allSatisfy(link -> assertThat(folder.resolve(link)).exists());
  }

  private static List<String> found(Pattern pattern, Path document) throws IOException {
    return pattern.matcher(Files.readString(document)).results().map(m -> m.group(1)).toList();
  }

  private static Set<String> classes() throws IOException {
    try (var files = Files.walk(Path.of("src"))) {
      var own =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(toSet());
      own.addAll(FOREIGN);
      own.add("NewMessage");
      return own;
    }
  }
}
