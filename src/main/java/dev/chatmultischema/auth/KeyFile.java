package dev.chatmultischema.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the file of a key, and warns if users other than its owner may read a secret one.
 *
 * @param kid the name of the key in messages
 */
record KeyFile(String kid, String path) {

  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
  private static final int MAX_BYTES = 64 * 1024;

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  /**
   * Returns the text of the file.
   *
   * @throws UnusableKey if the file cannot be read, or is no text of at most 64 KiB
   */
  String text() {
    try (var file = Files.newInputStream(Path.of(path))) {
      var bytes = file.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw refused("is larger than 64 KiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw refused("does not exist");
    } catch (CharacterCodingException e) {
      throw refused("is no text: a key is a PEM file, a secret is text");
    } catch (IOException | InvalidPathException e) {
      throw refused("cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** Logs a warning if the group or all users may read the file. */
  void warnIfOthersMayRead() {
    try {
      var permissions = Files.getPosixFilePermissions(Path.of(path));
      if (OF_OTHERS.stream().anyMatch(permissions::contains)) {
        LOG.warn(
            "key {}: users other than the owner may read {}; chmod 400 prevents it", kid, path);
      }
    } catch (IOException | UnsupportedOperationException unknown) {
      LOG.debug("could not read the permissions of {}", path, unknown);
    }
  }

  UnusableKey refused(String reason) {
    return UnusableKey.in(kid, "%s", path + " " + reason);
  }
}
