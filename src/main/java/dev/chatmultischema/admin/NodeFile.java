package dev.chatmultischema.admin;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The parameter that names a file of the node with a tenant's history. */
final class NodeFile {

  static final String PARAMETER = "file";
  static final String FORM = "/PATH/NAME.ndjson";

  private static final String SUFFIX = ".ndjson";

  private NodeFile() {}

  /**
   * Returns the path, which is absolute and ends with {@code .ndjson}: a task must not be able to
   * write a file that other programs act on.
   *
   * @throws BadUsage if the parameter is missing or has another form
   */
  static Path of(Parameters parameters) throws BadUsage {
    return of(parameters, SUFFIX);
  }

  /** Returns the path as {@link #of(Parameters)} does, with another suffix. */
  static Path of(Parameters parameters, String suffix) throws BadUsage {
    try {
      var file = Path.of(parameters.required(PARAMETER));
      if (file.isAbsolute() && file.toString().endsWith(suffix)) {
        return file.normalize();
      }
    } catch (InvalidPathException e) {
      throw new BadUsage(PARAMETER + " must be a path");
    }
    throw new BadUsage(PARAMETER + " must be an absolute path that ends with " + suffix);
  }
}
