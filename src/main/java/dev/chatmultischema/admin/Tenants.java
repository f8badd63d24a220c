package dev.chatmultischema.admin;

import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.util.Collection;

/** The tenants that operators name. */
record Tenants(TenantDao rows) {

  /** Refuses a tenant that does not exist. */
  void require(TenantId tenant) throws BadUsage {
    if (rows.find(tenant).isEmpty()) {
      throw new BadUsage("there is no tenant " + tenant);
    }
  }

  void require(Collection<TenantId> named) throws BadUsage {
    for (var tenant : named) {
      require(tenant);
    }
  }

  /** How many are meant, where naming none means all. */
  int count(Collection<TenantId> named) {
    return named.isEmpty() ? rows.count() : named.size();
  }
}
