package dev.chatmultischema.admin;

import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.util.Locale;

/** Sets a tenant's number of workers, as {@code PUT /tenants/{id}} does. */
final class ResizeConsumers implements Operation<ResizeConsumers.Command> {

  private static final String WORKERS = "workers";

  private final Consumers consumers;
  private final ExistingTenants tenants;

  ResizeConsumers(Consumers consumers, ExistingTenants tenants) {
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

  record Command(TenantId tenant, int workers) {}

  @Override
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, WORKERS);
    int workers = parameters.number(WORKERS, Tenant.MIN_WORKERS, Tenant.MAX_WORKERS);
    return new Command(tenants.one(parameters), workers);
  }

  @Override
  public String execute(Command command, PrintWriter output)
      throws OperationFailed, InterruptedException {
    var receipts = new NodeReceipts(consumers.resize(name(), command.tenant, command.workers));
    output.printf(
        Locale.ROOT,
        "%s: desired number of workers of tenant %s is %d%n",
        name(),
        command.tenant,
        command.workers);
    receipts.print(output);
    return receipts.outcome();
  }
}
