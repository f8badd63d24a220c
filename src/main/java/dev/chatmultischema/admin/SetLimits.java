package dev.chatmultischema.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.chatmultischema.limits.LimitOverrides;
import dev.chatmultischema.limits.Overrides;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/**
 * Overrides limits of a tenant, as {@code PUT /tenants/{id}/limits} does, except that limits which
 * are not named are left unchanged.
 */
final class SetLimits implements Operation<SetLimits.Command> {

  /** The value that ends an override. */
  private static final String DEFAULT = "default";

  private final LimitOverrides limits;
  private final Jdbi jdbi;
  private final ExistingTenants tenants;
  private final ObjectMapper json;

  /** The names of all limits, as in the API. */
  private final List<String> names;

  SetLimits(LimitOverrides limits, Jdbi jdbi, ExistingTenants tenants, ObjectMapper json) {
    this.limits = limits;
    this.jdbi = jdbi;
    this.tenants = tenants;
    this.json = json;
    this.names = ImmutableList.copyOf(effective(Overrides.NONE).fieldNames());
  }

  private ObjectNode effective(Overrides overrides) {
    return json.valueToTree(limits.effective(overrides));
  }

  @Override
  public String name() {
    return "set-limits";
  }

  @Override
  public String usage() {
    return names.stream()
        .map(name -> String.format(Locale.ROOT, " [&%s=1…%d|default]", name, Overrides.MAX))
        .collect(Collectors.joining("", "?tenant=ID", " [&reason=…]"));
  }

  /**
   * A parsed command.
   *
   * @param changes the new values by name; an empty one ends the override
   */
  record Command(TenantId tenant, Map<String, OptionalInt> changes) {}

  @Override
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(
        Stream.concat(Stream.of(Parameters.TENANT), names.stream()).toArray(String[]::new));
    var changes = new LinkedHashMap<String, OptionalInt>();
    for (var name : names) {
      var value = parameters.optional(name);
      if (value.equals(Optional.of(DEFAULT))) {
        changes.put(name, OptionalInt.empty());
      } else if (value.isPresent()) {
        changes.put(name, OptionalInt.of(parameters.number(name, 1, (int) Overrides.MAX)));
      }
    }
    return new Command(tenants.one(parameters), changes);
  }

  @Override
  public String execute(Command command, PrintWriter output) throws OperationFailed {
    var stored =
        jdbi.inTransaction(
                handle -> limits.change(handle, command.tenant, before -> changed(before, command)))
            .orElseThrow(() -> new OperationFailed("the tenant was deleted meanwhile"));
    limits.announce();
    output.printf(
        Locale.ROOT,
        "%s: limits of tenant %s, which every node applies within 5 s:%n",
        name(),
        command.tenant);
    ObjectNode overridden = json.valueToTree(stored);
    for (var limit : effective(stored).properties()) {
      var source = overridden.has(limit.getKey()) ? "" : " (" + DEFAULT + ")";
      output.printf(Locale.ROOT, "%s %s%s%n", limit.getKey(), limit.getValue(), source);
    }
    return String.format(Locale.ROOT, "%d limits set", command.changes.size());
  }

  private Overrides changed(Overrides before, Command command) {
    ObjectNode after = json.valueToTree(before);
    command.changes.forEach(
        (name, value) ->
            value.ifPresentOrElse(number -> after.put(name, number), () -> after.remove(name)));
    return json.convertValue(after, Overrides.class);
  }
}
