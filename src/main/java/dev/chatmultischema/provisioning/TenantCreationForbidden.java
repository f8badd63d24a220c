package dev.chatmultischema.provisioning;

/** Reports that only admins may create tenants, by configuration, and the caller is none. */
public final class TenantCreationForbidden extends RuntimeException {

  private static final long serialVersionUID = 1;

  TenantCreationForbidden() {
    super("only admins may create tenants");
  }
}
