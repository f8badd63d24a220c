package dev.chatmultischema.admin;

import com.google.common.primitives.Ints;
import dev.chatmultischema.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The query parameters of a task; unknown and repeated ones are refused. */
final class Parameters {

  static final String TENANT = "tenant";
  static final String ALL = "all";
  static final String REASON = "reason";

  private static final int MAX_REASON = 1_000;

  private final Map<String, List<String>> values;

  Parameters(Map<String, List<String>> values) {
    this.values = new TreeMap<>(values);
  }

  /**
   * Refuses all parameters except the given names and the reason, which every task accepts.
   *
   * @throws BadUsage if there is another parameter, a value that PostgreSQL cannot store, or a
   *     reason of more than 1,000 characters
   */
  void allow(String... names) throws BadUsage {
    var known = Set.of(names);
    for (var name : values.keySet()) {
      requireText(name);
      for (var value : values.get(name)) {
        requireText(value);
      }
      if (!known.contains(name) && !name.equals(REASON)) {
        throw new BadUsage("unknown parameter " + TerminalText.of(name));
      }
    }
    if (reason().filter(reason -> reason.length() > MAX_REASON).isPresent()) {
      throw new BadUsage("reason must have at most " + MAX_REASON + " characters");
    }
  }

  /** Refuses text that PostgreSQL cannot store in the audit. */
  private static void requireText(String text) throws BadUsage {
    var refused = text.codePoints().anyMatch(Parameters::isNotStorable);
    if (refused) {
      throw new BadUsage("parameters must be text without U+0000 and without lone surrogates");
    }
  }

  private static boolean isNotStorable(int character) {
    return character == 0 || Character.getType(character) == Character.SURROGATE;
  }

  /** Returns all named tenants, which need not exist, without repetitions. */
  List<TenantId> tenants() throws BadUsage {
    var tenants = new ArrayList<TenantId>();
    for (var text : values.getOrDefault(TENANT, List.of())) {
      tenants.add(tenant(text));
    }
    return tenants.stream().distinct().toList();
  }

  /**
   * Returns the one named tenant, which need not exist.
   *
   * @throws BadUsage if none or several are named, or the value is not a UUID
   */
  TenantId tenant() throws BadUsage {
    return tenant(required(TENANT));
  }

  private static TenantId tenant(String text) throws BadUsage {
    try {
      return TenantId.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new BadUsage("tenant must be a UUID");
    }
  }

  /** Returns the operator's reason for the task. */
  Optional<String> reason() throws BadUsage {
    return optional(REASON);
  }

  String required(String name) throws BadUsage {
    return optional(name).orElseThrow(() -> new BadUsage(name + " is required"));
  }

  Optional<String> optional(String name) throws BadUsage {
    var given = values.getOrDefault(name, List.of());
    if (given.size() > 1) {
      throw new BadUsage(name + " is given more than once");
    }
    return given.stream().filter(value -> !value.isEmpty()).findFirst();
  }

  /** Returns all values of a parameter, in their order. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  boolean flag(String name) throws BadUsage {
    return switch (optional(name).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new BadUsage(name + " must be true or false");
    };
  }

  /**
   * Returns a required number.
   *
   * @throws BadUsage if the parameter is missing, or not a number from {@code min} to {@code max}
   */
  int number(String name, int min, int max) throws BadUsage {
    // This parser accepts ASCII digits only; Java's own parser accepts digits of every script.
    var number = Ints.tryParse(required(name));
    if (number == null || number < min || number > max) {
      throw outside(name, min, max);
    }
    return number;
  }

  /**
   * Returns a number from {@code min} to {@code max}, or the default if the parameter is absent.
   */
  int number(String name, int min, int max, int defaultValue) throws BadUsage {
    return optional(name).isPresent() ? number(name, min, max) : defaultValue;
  }

  private static BadUsage outside(String name, int min, int max) {
    return new BadUsage(
        String.format(Locale.ROOT, "%s must be a number from %d to %d", name, min, max));
  }

  /** Returns the parameters as in a query, without the reason. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(REASON))
        .flatMap(entry -> entry.getValue().stream().map(value -> entry.getKey() + "=" + value))
        .collect(Collectors.joining("&"));
  }
}
