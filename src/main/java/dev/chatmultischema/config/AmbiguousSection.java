package dev.chatmultischema.config;

import io.dropwizard.configuration.ConfigurationException;
import java.util.List;

/** Reports that a section or setting is given under both its former and its present name. */
final class AmbiguousSection extends ConfigurationException {

  private static final long serialVersionUID = 1;

  AmbiguousSection(String oldName, String newName) {
    super(
        "the configuration",
        List.of(newName + " is given twice, also as " + oldName + ", its old name: remove that"));
  }
}
