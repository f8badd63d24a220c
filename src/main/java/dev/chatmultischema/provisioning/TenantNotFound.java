package dev.chatmultischema.provisioning;

import dev.chatmultischema.tenant.TenantId;

/** There is no such tenant, which only admins may learn. */
public final class TenantNotFound extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TenantNotFound(TenantId tenant) {
    super("tenant " + tenant + " does not exist");
  }
}
