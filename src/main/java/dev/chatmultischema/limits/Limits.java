package dev.chatmultischema.limits;

import dev.chatmultischema.identity.MemberQuota;
import dev.chatmultischema.tenant.TenantId;
import java.util.function.Function;

/**
 * The limits of this node.
 *
 * @param userTenants the tenants that a user who is no admin may own
 * @param tenants what a tenant and its users may use; does not block
 */
public record Limits(
    long userTenants,
    Function<TenantId, TenantLimits> tenants,
    MessageLimits messages,
    LoginLimits logins,
    CountLimits counts,
    LimitOverrides overrides) {

  /** Returns the limit of the members with tokens of a tenant's own issuer. */
  public MemberQuota externalMembers() {
    return new MemberQuota() {
      @Override
      public long max(TenantId tenant) {
        return tenants.apply(tenant).externalMembers();
      }

      @Override
      public RuntimeException exceeded(long max) {
        return counts.refuse(LimitName.TENANT_EXTERNAL_MEMBERS, max, null);
      }
    };
  }
}
