package dev.chatmultischema.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import dev.chatmultischema.json.StrictJson;
import io.dropwizard.configuration.ConfigurationFactoryFactory;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.jackson.Jackson;
import java.util.function.UnaryOperator;
import org.apache.commons.text.StringSubstitutor;

/** How the configuration file is read. */
public final class ConfigurationFile {

  private ConfigurationFile() {}

  /**
   * Puts in environment variables for {@code ${NAME:-default}}, as a shell does: the default stands
   * for an empty variable too.
   *
   * <p>Values are escaped for a double-quoted YAML string, and not looked at any further, so that a
   * password may hold any character.
   */
  public static ConfigurationSourceProvider with(UnaryOperator<String> environment) {
    var substitutor = new StringSubstitutor(name -> quotable(environment.apply(name)));
    substitutor.setDisableSubstitutionInValues(true);
    return new SubstitutingSourceProvider(new FileConfigurationSourceProvider(), substitutor);
  }

  private static String quotable(String value) {
    return value == null || value.isEmpty()
        ? null
        : new String(JsonStringEncoder.getInstance().quoteAsString(value));
  }

  /** Refuses unknown settings, but takes a number in quotes, where {@link StrictJson} does not. */
  public static <T> ConfigurationFactoryFactory<T> format() {
    return (type, validator, ignored, prefix) ->
        new YamlSections<>(
            type,
            validator,
            Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
            prefix);
  }
}
