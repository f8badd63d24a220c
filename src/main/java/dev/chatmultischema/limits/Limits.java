package dev.chatmultischema.limits;

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
    LimitOverrides overrides) {}
