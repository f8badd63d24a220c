package dev.chatmultischema.provisioning;

import dev.chatmultischema.tenant.TenantId;

/** Reports to an admin that a tenant does not exist. */
public final class TenantNotFound extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TenantNotFound(TenantId tenant) {
    super("tenant " + tenant + " does not exist");
  }
}
