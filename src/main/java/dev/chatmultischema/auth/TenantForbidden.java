package dev.chatmultischema.auth;

import dev.chatmultischema.tenant.TenantId;

/**
 * Reports that the caller is neither an admin nor the tenant's owner nor one of its members, or
 * that there is no such tenant; clients cannot distinguish the two.
 */
public final class TenantForbidden extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TenantForbidden(TenantId tenant) {
    super("the caller may not use tenant " + tenant + ", or it does not exist");
  }
}
