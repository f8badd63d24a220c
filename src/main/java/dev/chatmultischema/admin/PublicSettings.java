package dev.chatmultischema.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of a configuration that anybody may read: numbers, flags, durations and sizes, the
 * texts of an allow-list, and of URLs the scheme, the addresses and the path. The place of every
 * other value is kept, and says that it is hidden.
 */
final class PublicSettings {

  static final String HIDDEN = "(hidden)";

  private static final Set<String> TEXTS =
      Set.of(
          "allowedHosts",
          "allowedOrigins",
          "audience",
          "bindHost",
          "creators",
          "header",
          "issuer",
          "kid",
          "level",
          "nodeId",
          "queueType",
          "timestampFormat",
          "trusted",
          "type");

  private static final String LOGGERS = "loggers";

  private static final Set<String> URLS = Set.of("url", "ownerUrl");

  /** Of a key with such a name not even a number is shown. */
  private static final Pattern SECRET = Pattern.compile("pass|secret|token$|credential|key");

  private static final Pattern QUANTITY = Pattern.compile("\\d{1,12} ?[A-Za-z]{0,12}");
  private static final Pattern FLAG = Pattern.compile("true|false");
  private static final Pattern ADDRESSES =
      Pattern.compile("[A-Za-z0-9._:,\\[\\]-]+(/[A-Za-z0-9._%-]*){0,2}");

  private PublicSettings() {}

  /** Returns a copy of a configuration without its secrets. */
  static JsonNode of(JsonNode configuration) {
    return copy("", configuration);
  }

  private static JsonNode copy(String key, JsonNode value) {
    if (value instanceof ObjectNode section) {
      var copy = JsonNodeFactory.instance.objectNode();
      for (var field : section.properties()) {
        // The names of loggers are keys of an own section, whose values are levels.
        boolean isLevel = key.equals(LOGGERS) && field.getValue().isValueNode();
        var name = isLevel ? "level" : field.getKey();
        copy.set(field.getKey(), copy(name, field.getValue()));
      }
      return copy;
    }
    if (value instanceof ArrayNode list) {
      var copy = JsonNodeFactory.instance.arrayNode();
      list.forEach(element -> copy.add(copy(key, element)));
      return copy;
    }
    if (value.isNull() || value.asText().isEmpty()) {
      return value;
    }
    if (SECRET.matcher(key.toLowerCase(Locale.ROOT)).find()) {
      return JsonNodeFactory.instance.textNode(HIDDEN);
    }
    return isPublic(key, value)
        ? value
        : JsonNodeFactory.instance.textNode(URLS.contains(key) ? url(value.asText()) : HIDDEN);
  }

  private static boolean isPublic(String key, JsonNode value) {
    var text = value.asText();
    return value.isNumber()
        || value.isBoolean()
        || TEXTS.contains(key)
        || QUANTITY.matcher(text).matches()
        || FLAG.matcher(text).matches();
  }

  /** Returns the scheme, and the addresses and the path if it is clear where they begin and end. */
  private static String url(String text) {
    int authority = text.indexOf("://");
    int login = text.lastIndexOf('@');
    int query = text.indexOf('?');
    if (authority < 0 || (query >= 0 && query < login)) {
      return HIDDEN;
    }
    var rest =
        text.substring(Math.max(authority + 3, login + 1), query < 0 ? text.length() : query);
    return text.substring(0, authority + 3) + (ADDRESSES.matcher(rest).matches() ? rest : HIDDEN);
  }
}
