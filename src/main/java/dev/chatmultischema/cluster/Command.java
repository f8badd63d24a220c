package dev.chatmultischema.cluster;

import dev.chatmultischema.tenant.TenantId;
import java.util.Set;

/**
 * Something that every node is to carry out, or to tell.
 *
 * @param epoch names it, and grows from order to order
 * @param task what an operator asked for
 * @param tenants whom it is about; none if it is about all
 */
public record Command(long epoch, String task, Set<TenantId> tenants) {

  public boolean about(TenantId tenant) {
    return tenants.isEmpty() || tenants.contains(tenant);
  }
}
