package dev.chatmultischema.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the former names of sections and keys, in the file and in system properties, with a
 * warning.
 */
final class RenamedSections {

  private static final Logger LOG = LoggerFactory.getLogger(RenamedSections.class);

  private static final List<Renamed> RENAMED =
      List.of(
          new Renamed("rabbitmq", "amqp"),
          new Renamed("jwt", "auth"),
          new Renamed("consumers", "consumer"),
          new Renamed("tenants", "provisioning"),
          new Renamed("readiness", "health"),
          new Renamed("responses", "http.responses"),
          new Renamed("stream.maxStreamsPerTenant", "limits.streams"),
          new Renamed("stream.maxStreamsPerUser", "limits.userStreams"),
          new Renamed("stream.maxTicketsPerUser", "limits.userTickets"));

  private RenamedSections() {}

  private record Renamed(String oldName, String newName) {

    /** Returns the pointer to the section that has a key, empty for the root. */
    private static String parent(String name) {
      int dot = name.indexOf('.');
      return dot < 0 ? "" : "/" + name.substring(0, dot);
    }

    private static String lastName(String name) {
      return name.substring(name.indexOf('.') + 1);
    }

    boolean matches(String key) {
      return key.equals(oldName) || key.startsWith(oldName + ".");
    }

    String rename(String key) {
      return newName + key.substring(oldName.length());
    }

    /** Moves the section in a parsed file; returns whether the file had it. */
    boolean move(ObjectNode root) throws AmbiguousSection {
      if (!(root.at(parent(oldName)) instanceof ObjectNode oldParent)) {
        return false;
      }
      var value = oldParent.remove(lastName(oldName));
      if (value == null) {
        return false;
      }
      var newParent = newName.contains(".") ? root.withObject(parent(newName)) : root;
      if (newParent.putIfAbsent(lastName(newName), value) != null) {
        throw new AmbiguousSection(oldName, newName);
      }
      return true;
    }
  }

  /**
   * Moves each section that has its former name to its present name, and logs a warning.
   *
   * @throws AmbiguousSection if the file has a section under both names
   */
  static void move(JsonNode file, String path) throws AmbiguousSection {
    if (file instanceof ObjectNode root) {
      for (var renamed : RENAMED) {
        if (renamed.move(root)) {
          LOG.warn(
              "{}: section {} is now called {}; the next release will refuse the old name",
              path,
              renamed.oldName,
              renamed.newName);
        }
      }
    }
  }

  /**
   * Returns the key of a setting, with a former name of its section replaced by the present one.
   */
  static String rename(String key) {
    return RENAMED.stream()
        .filter(renamed -> renamed.matches(key))
        .findFirst()
        .map(renamed -> renamed.rename(key))
        .orElse(key);
  }

  /** Logs a warning of a system property whose section has its former name. */
  static void warn(String property, String newProperty) {
    LOG.warn(
        "system property {} is now called {}; the next release will refuse the old name",
        property,
        newProperty);
  }
}
