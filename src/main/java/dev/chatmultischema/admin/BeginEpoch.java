package dev.chatmultischema.admin;

import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/**
 * Begins an epoch of tenants' histories, after a restore that the service cannot detect: streams
 * then restart, and clients with an earlier position get {@code reset}.
 */
final class BeginEpoch implements Operation<Set<TenantId>> {

  private final Epochs epochs;
  private final TenantDao rows;
  private final ExistingTenants tenants;

  BeginEpoch(Epochs epochs, TenantDao rows, ExistingTenants tenants) {
    this.epochs = epochs;
    this.rows = rows;
    this.tenants = tenants;
  }

  @Override
  public String name() {
    return "begin-epoch";
  }

  @Override
  public String usage() {
    return "?tenant=ID[&tenant=ID…] or ?all=true [&reason=…]";
  }

  /** Returns the tenants named; empty for all tenants. */
  @Override
  public Set<TenantId> parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, Parameters.ALL);
    if (parameters.tenants().isEmpty() != parameters.flag(Parameters.ALL)) {
      throw new BadUsage("either tenant or all=true is required, and not both");
    }
    return tenants.all(parameters);
  }

  @Override
  public String execute(Set<TenantId> named, PrintWriter output) {
    var all = named.isEmpty() ? existing() : named;
    int begun = 0;
    for (var tenant : all) {
      var epoch = epochs.begin(tenant);
      if (epoch.isPresent()) {
        begun++;
        output.printf(
            Locale.ROOT, "%s: tenant %s begins epoch %d%n", name(), tenant, epoch.getAsInt());
      }
    }
    return String.format(Locale.ROOT, "%d epochs begun", begun);
  }

  private Collection<TenantId> existing() {
    return rows.changedAfter(-1).stream()
        .filter(tenant -> !tenant.deleted())
        .map(Tenant::tenantId)
        .toList();
  }
}
