package dev.chatmultischema.admin;

import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;

/**
 * Stops or starts the consumers of some or all tenants, on every node and for good: until told
 * otherwise, over restarts. Messages keep queueing meanwhile.
 */
final class SwitchConsumers implements Operation {

  private final String name;
  private final DesiredState wanted;
  private final Consumers consumers;
  private final Tenants tenants;

  SwitchConsumers(String name, DesiredState wanted, Consumers consumers, Tenants tenants) {
    this.name = name;
    this.wanted = wanted;
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

  @Override
  public void check(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, Parameters.ALL);
    var named = parameters.tenants();
    if (named.isEmpty() != parameters.flag(Parameters.ALL)) {
      throw new BadUsage("name tenants or say all=true, one of both");
    }
    tenants.require(named);
  }

  @Override
  public String run(Parameters parameters, PrintWriter output)
      throws BadUsage, OperationFailed, InterruptedException {
    var named = Set.copyOf(parameters.tenants());
    int number = tenants.count(named);
    var receipts = new NodeReceipts(consumers.setDesiredState(name, named, wanted));
    output.printf(
        Locale.ROOT,
        "%s: %d tenants wanted %s%n",
        name,
        number,
        wanted.name().toLowerCase(Locale.ROOT));
    receipts.print(output);
    return receipts.outcome();
  }
}
