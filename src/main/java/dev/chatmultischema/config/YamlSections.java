package dev.chatmultischema.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import jakarta.validation.Validator;
import java.io.IOException;
import java.util.function.BiConsumer;

/**
 * Parses the configuration as Dropwizard does, and accepts the former names of sections, as {@link
 * RenamedSections} lists them.
 */
final class YamlSections<T> extends YamlConfigurationFactory<T> {

  private final String prefix;
  private final BiConsumer<T, JsonNode> read;

  YamlSections(
      Class<T> type,
      Validator validator,
      ObjectMapper mapper,
      String prefix,
      BiConsumer<T, JsonNode> read) {
    super(type, validator, mapper, prefix);
    this.read = read;
    this.prefix = prefix.endsWith(".") ? prefix : prefix + ".";
  }

  @Override
  protected T build(JsonNode file, String path) throws IOException, ConfigurationException {
    RenamedSections.move(file, path);
    for (var property : System.getProperties().stringPropertyNames()) {
      if (property.startsWith(prefix)) {
        requireOneName(property);
      }
    }
    var configuration = super.build(file, path);
    read.accept(configuration, file);
    return configuration;
  }

  private void requireOneName(String property) throws AmbiguousSection {
    var renamed = renamed(property);
    if (!renamed.equals(property)) {
      if (System.getProperty(renamed) != null) {
        throw new AmbiguousSection(property, renamed);
      }
      RenamedSections.warn(property, renamed);
    }
  }

  private String renamed(String property) {
    return prefix + RenamedSections.rename(property.substring(prefix.length()));
  }

  @Override
  protected void addOverride(JsonNode root, String name, String value) {
    super.addOverride(root, RenamedSections.rename(name), value);
  }
}
