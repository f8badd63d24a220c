package dev.chatmultischema.admin;

import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;

/**
 * Stops or starts the consumers of some or all tenants on every node. The desired state is stored
 * and survives restarts; meanwhile messages wait in their queues.
 */
final class SwitchConsumers implements Operation<Set<TenantId>> {

  private final String name;
  private final DesiredState state;
  private final Consumers consumers;
  private final ExistingTenants tenants;

  SwitchConsumers(String name, DesiredState state, Consumers consumers, ExistingTenants tenants) {
    this.name = name;
    this.state = state;
    this.consumers = consumers;
    this.tenants = tenants;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String usage() {
    return "?tenant=ID[&tenant=ID…] or ?all=true [&reason=…]";
  }

  /** Returns the tenants whose consumers change; empty for all tenants. */
  @Override
  public Set<TenantId> parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, Parameters.ALL);
    if (parameters.tenants().isEmpty() != parameters.flag(Parameters.ALL)) {
      throw new BadUsage("either tenant or all=true is required, and not both");
    }
    return tenants.all(parameters);
  }

  @Override
  public String execute(Set<TenantId> named, PrintWriter output)
      throws OperationFailed, InterruptedException {
    int number = tenants.count(named);
    var receipts = new NodeReceipts(consumers.setDesiredState(name, named, state));
    output.printf(
        Locale.ROOT,
        "%s: desired state of %d tenants is %s%n",
        name,
        number,
        state.name().toLowerCase(Locale.ROOT));
    receipts.print(output);
    return receipts.outcome();
  }
}
