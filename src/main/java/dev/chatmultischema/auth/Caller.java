package dev.chatmultischema.auth;

import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.security.Principal;
import java.time.Instant;
import java.util.UUID;

/**
 * Who makes a request, as known a few seconds ago at most.
 *
 * @param expiresAt until when this node accepts the token, by its own clock
 */
public record Caller(User user, Instant expiresAt) implements Principal {

  @Override
  public String getName() {
    return user.email();
  }

  public UUID userId() {
    return user.userId();
  }

  public boolean admin() {
    return user.role() == Role.ADMIN;
  }

  public boolean owns(Tenant tenant) {
    return tenant.userId().equals(user.userId());
  }

  /**
   * Whether the caller may read and write a tenant's messages: admins, its owner and its members.
   */
  public boolean mayUse(Tenant tenant) {
    return admin() || owns(tenant) || tenant.tenantId().equals(user.tenantId());
  }

  /** Whether the caller may change a tenant and its members: admins and its owner. */
  public boolean mayManage(Tenant tenant) {
    return admin() || owns(tenant);
  }
}
