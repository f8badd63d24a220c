package dev.chatmultischema.auth;

import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.security.Principal;
import java.time.Instant;
import java.util.UUID;

/**
 * The authenticated user of a request, as stored at most {@link
 * dev.chatmultischema.user.UserDirectory#STALENESS} ago.
 *
 * @param expiresAt the instant after which this node rejects the token, by its own clock
 */
public record Caller(User user, Instant expiresAt) implements Principal {

  @Override
  public String getName() {
    return user.email();
  }

  public UUID userId() {
    return user.userId();
  }

  public boolean isAdmin() {
    return user.role() == Role.ADMIN;
  }

  public boolean owns(Tenant tenant) {
    return tenant.userId().equals(user.userId());
  }

  /** Returns whether the caller is an admin, or the tenant's owner, or one of its members. */
  public boolean mayUse(Tenant tenant) {
    return isAdmin() || owns(tenant) || tenant.tenantId().equals(user.tenantId());
  }

  /**
   * Returns whether the caller may change a tenant and its members, as admins and its owner may.
   */
  public boolean mayManage(Tenant tenant) {
    return isAdmin() || owns(tenant);
  }
}
