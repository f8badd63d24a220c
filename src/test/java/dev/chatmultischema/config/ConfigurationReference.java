package dev.chatmultischema.config;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.chatmultischema.ChatConfiguration;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Renders the reference of all keys of the service's own sections, from the classes that are bound
 * to them, from {@code config.yml} and from the descriptions in {@code configuration.yml}.
 */
final class ConfigurationReference {

  private static final Path DESCRIPTIONS = Path.of("src/test/resources/configuration.yml");
  private static final Path CONFIGURATION = Path.of("config.yml");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):-[^}]*}");
  private static final String OWN_PACKAGE = ChatConfiguration.class.getPackageName();

  private final ObjectMapper mapper = Jackson.newObjectMapper();
  private final Map<String, String> descriptions;
  private final JsonNode file;
  private final TreeSet<String> described = new TreeSet<>();
  private final StringBuilder text = new StringBuilder();

  private ConfigurationReference() throws IOException {
    var yaml = new YAMLMapper();
    descriptions = yaml.readValue(DESCRIPTIONS.toFile(), new TypeReference<>() {});
    file = yaml.readTree(CONFIGURATION.toFile());
  }

  /**
   * Returns the document.
   *
   * @throws IllegalStateException if a key has no description, or a description has no key
   */
  static String render() throws IOException {
    return new ConfigurationReference().document();
  }

  private String document() {
    text.append(descriptions.get("head").strip()).append('\n');
    described.add("head");
    var root = new ChatConfiguration();
    section("", root);
    var unknown = new TreeSet<>(descriptions.keySet());
    unknown.removeAll(described);
    if (!unknown.isEmpty()) {
      throw new IllegalStateException("descriptions without a key: " + unknown);
    }
    return text.toString();
  }

  /** Appends the keys of a section, and then the sections in it. */
  private void section(String path, Object section) {
    var keys = new ArrayList<String>();
    var sections = new ArrayList<BeanPropertyDefinition>();
    for (var property : properties(section.getClass())) {
      if (isSection(property)) {
        sections.add(property);
      } else if (isOwn(property)) {
        keys.add(row(path, section, property));
      }
    }
    text.append("\n## ").append(path.isEmpty() ? "Top level" : "`" + path + "`").append("\n\n");
    if (!path.isEmpty()) {
      text.append(describe(path)).append("\n\n");
    }
    text.append(
        "| key | type | default | bounds | variable | meaning |\n|---|---|---|---|---|---|\n");
    keys.forEach(text::append);
    for (var property : sections) {
      section(join(path, property.getName()), value(section, property));
    }
  }

  /** Returns the properties in the order of their names, since reflection has none. */
  private List<BeanPropertyDefinition> properties(Class<?> type) {
    return mapper
        .getDeserializationConfig()
        .introspect(mapper.constructType(type))
        .findProperties()
        .stream()
        .filter(BeanPropertyDefinition::couldDeserialize)
        .filter(BeanPropertyDefinition::isExplicitlyIncluded)
        .sorted(Comparator.comparing(BeanPropertyDefinition::getName))
        .toList();
  }

  private static boolean isSection(BeanPropertyDefinition property) {
    var type = property.getRawPrimaryType();
    return type.getPackageName().startsWith(OWN_PACKAGE)
        && type.getSimpleName().endsWith("Factory");
  }

  /** Returns false for a key of Dropwizard. */
  private static boolean isOwn(BeanPropertyDefinition property) {
    return property.getMutator().getDeclaringClass().getPackageName().startsWith(OWN_PACKAGE);
  }

  private String row(String path, Object section, BeanPropertyDefinition property) {
    var key = join(path, property.getName());
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %s | %s | %s | %s |\n",
        property.getName(),
        ConfigurationText.type(property.getRawPrimaryType()),
        descriptions.containsKey(key + " default")
            ? describe(key + " default")
            : ConfigurationText.value(value(section, property)),
        ConfigurationText.bounds(property),
        variable(key),
        describe(key));
  }

  private String describe(String key) {
    var description = descriptions.get(key);
    if (description == null) {
      throw new IllegalStateException(DESCRIPTIONS + " does not describe " + key);
    }
    described.add(key);
    return description.strip();
  }

  /** Returns the environment variable from which {@code config.yml} sets a key. */
  private String variable(String key) {
    var matcher = VARIABLE.matcher(file.at("/" + key.replace('.', '/')).asText());
    return matcher.matches() ? "`" + matcher.group(1) + "`" : "";
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static Object value(Object section, BeanPropertyDefinition property) {
    try {
      var field = section.getClass().getDeclaredField(property.getInternalName());
      field.setAccessible(true);
      return field.get(section);
    } catch (ReflectiveOperationException e) {
      // Such a key is stored in another form, and needs a description of its default.
      return null;
    }
  }
}
