package dev.chatmultischema.admin;

import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.util.Collection;
import java.util.Set;

/** Looks up the tenants that the parameters of an operation name. */
record ExistingTenants(TenantDao rows) {

  /**
   * Returns the one tenant named.
   *
   * @throws BadUsage if none or several are named, or the tenant does not exist
   */
  TenantId one(Parameters parameters) throws BadUsage {
    var tenant = parameters.tenant();
    require(tenant);
    return tenant;
  }

  /**
   * Returns the tenants named.
   *
   * @throws BadUsage if one does not exist
   */
  Set<TenantId> all(Parameters parameters) throws BadUsage {
    var named = parameters.tenants();
    for (var tenant : named) {
      require(tenant);
    }
    return Set.copyOf(named);
  }

  private void require(TenantId tenant) throws BadUsage {
    if (rows.find(tenant).isEmpty()) {
      throw new BadUsage("there is no tenant " + tenant);
    }
  }

  /** Returns the number of tenants named, or of all tenants if none is named. */
  int count(Collection<TenantId> named) {
    return named.isEmpty() ? rows.count() : named.size();
  }
}
