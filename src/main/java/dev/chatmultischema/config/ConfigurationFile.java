package dev.chatmultischema.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.json.StrictJson;
import io.dropwizard.configuration.ConfigurationFactoryFactory;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.jackson.Jackson;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.apache.commons.text.StringSubstitutor;

/** Reads the configuration file. */
public final class ConfigurationFile {

  private ConfigurationFile() {}

  /**
   * Returns a source that replaces {@code ${NAME:-default}} by the value of an environment
   * variable, or of the file that {@code NAME_FILE} names, or, as a shell does, by the default if
   * that is unset or empty.
   *
   * <p>Values are escaped for a double-quoted YAML string and not substituted again, so that a
   * password may contain any character.
   */
  public static ConfigurationSourceProvider with(UnaryOperator<String> environment) {
    var variables = new VariableFiles(environment);
    var substitutor = new StringSubstitutor(name -> quotable(variables.apply(name)));
    substitutor.setDisableSubstitutionInValues(true);
    var source = new SubstitutingSourceProvider(new FileConfigurationSourceProvider(), substitutor);
    return path -> {
      try {
        return source.open(path);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    };
  }

  private static String quotable(String value) {
    return value == null || value.isEmpty()
        ? null
        : new String(JsonStringEncoder.getInstance().quoteAsString(value));
  }

  /**
   * Returns the parser of the file. It refuses unknown keys, and accepts a number in quotes, which
   * {@link StrictJson} refuses.
   */
  public static <T> ConfigurationFactoryFactory<T> format() {
    return format((configuration, text) -> {});
  }

  /**
   * Returns the parser as {@link #format()} does.
   *
   * @param read is called with each configuration and the text that it was read from, in which
   *     variables are replaced
   */
  public static <T> ConfigurationFactoryFactory<T> format(BiConsumer<T, JsonNode> read) {
    return (type, validator, ignored, prefix) ->
        new YamlSections<>(
            type,
            validator,
            Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
            prefix,
            read);
  }
}
