package dev.chatmultischema.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Reads the value of a variable from the file that {@code NAME_FILE} names, as secrets of Docker
 * and Kubernetes are mounted. Unlike a variable, a file is not shown in {@code /proc}.
 */
final class VariableFiles implements UnaryOperator<String> {

  private static final String SUFFIX = "_FILE";
  private static final int MAX_BYTES = 64 * 1024;

  private final UnaryOperator<String> environment;

  /**
   * @param environment returns the value of an environment variable, or null
   */
  VariableFiles(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /**
   * Returns the value of a variable, or the content of its file without line breaks at the end;
   * null if neither is set.
   *
   * @throws UncheckedIOException if both are set, or if the file cannot be read, is longer than 64
   *     KiB or is not UTF-8
   */
  @Override
  public String apply(String name) {
    var value = environment.apply(name);
    var file = environment.apply(name + SUFFIX);
    if (file == null || file.isEmpty()) {
      return value;
    }
    if (value != null && !value.isEmpty()) {
      throw refused(name, "and " + name + " are both set", null);
    }
    return read(name, file).replaceFirst("[\r\n]+$", "");
  }

  private static String read(String name, String file) {
    try (var input = Files.newInputStream(Path.of(file))) {
      var bytes = input.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw refused(name, "names a file of more than 64 KiB", null);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(name, "names a file that is not UTF-8", e);
    } catch (IOException | InvalidPathException e) {
      throw refused(name, "names a file that cannot be read: " + e, e);
    }
  }

  private static UncheckedIOException refused(String name, String reason, Exception cause) {
    return new UncheckedIOException(new IOException(name + SUFFIX + " " + reason, cause));
  }
}
