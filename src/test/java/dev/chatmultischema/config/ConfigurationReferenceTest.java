package dev.chatmultischema.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Compares {@code docs/configuration.md} with the classes; rewrites it if {@code
 * -Dconfiguration.write} is set.
 */
final class ConfigurationReferenceTest {

  private static final Path DOCUMENT = Path.of("docs/configuration.md");

  @Test
  void documentIsUpToDate() throws IOException {
    var rendered = ConfigurationReference.render();
    if (Boolean.getBoolean("configuration.write")) {
      Files.writeString(DOCUMENT, rendered);
    }
    assertEquals(
        rendered, Files.readString(DOCUMENT), "the head of the file says how to rewrite it");
  }
}
