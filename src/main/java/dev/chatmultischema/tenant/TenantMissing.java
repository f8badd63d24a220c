package dev.chatmultischema.tenant;

/**
 * Reports that a tenant was deleted after its caller was authorized, or has a row in {@code
 * tenants} but no partition yet.
 */
public final class TenantMissing extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TenantMissing(TenantId tenant) {
    super("tenant " + tenant + " is deleted or not provisioned");
  }
}
