package dev.chatmultischema.admin;

import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.tenant.Tenant;
import java.io.PrintWriter;
import java.util.Locale;

/** Sets how many lanes a tenant has, as {@code PUT /tenants/{id}} does. */
final class ResizeConsumers implements Operation {

  private static final String WORKERS = "workers";

  private final Consumers consumers;
  private final Tenants tenants;

  ResizeConsumers(Consumers consumers, Tenants tenants) {
    this.consumers = consumers;
    this.tenants = tenants;
  }

  @Override
  public String name() {
    return "resize-consumers";
  }

  @Override
  public String usage() {
    return String.format(
        Locale.ROOT,
        "?tenant=ID&workers=%d…%d [&reason=…]",
        Tenant.MIN_WORKERS,
        Tenant.MAX_WORKERS);
  }

  @Override
  public void check(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, WORKERS);
    var tenant = parameters.tenant();
    var unused = workers(parameters);
    tenants.require(tenant);
  }

  private static int workers(Parameters parameters) throws BadUsage {
    return parameters.number(WORKERS, Tenant.MIN_WORKERS, Tenant.MAX_WORKERS);
  }

  @Override
  public String run(Parameters parameters, PrintWriter output)
      throws BadUsage, OperationFailed, InterruptedException {
    var tenant = parameters.tenant();
    int workers = workers(parameters);
    var receipts = new NodeReceipts(consumers.resize(name(), tenant, workers));
    output.printf(Locale.ROOT, "%s: tenant %s wanted with %d workers%n", name(), tenant, workers);
    receipts.print(output);
    return receipts.outcome();
  }
}
