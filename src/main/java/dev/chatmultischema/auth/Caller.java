package dev.chatmultischema.auth;

import dev.chatmultischema.identity.ExternalMember;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.security.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The authenticated caller of a request: a user as stored at most {@link
 * dev.chatmultischema.user.UserDirectory#STALENESS} ago, or an external member of one tenant.
 *
 * @param user the user; of an external member a substitute, which is stored nowhere and has the
 *     rights of a member of its tenant
 * @param expiresAt the instant after which this node rejects the token, by its own clock
 * @param external the external member; empty for a user
 */
public record Caller(User user, Instant expiresAt, Optional<ExternalMember> external)
    implements Principal {

  public Caller(User user, Instant expiresAt) {
    this(user, expiresAt, Optional.empty());
  }

  /** Creates the caller of a token of a tenant's own issuer. */
  public Caller(ExternalMember member) {
    this(substitute(member), member.expiresAt(), Optional.of(member));
  }

  private static User substitute(ExternalMember member) {
    return new User(
        member.userId(),
        member.sender().sub(),
        "",
        Role.USER,
        member.tenant(),
        false,
        Instant.EPOCH);
  }

  @Override
  public String getName() {
    return isExternal() ? user.userId().toString() : user.email();
  }

  public UUID userId() {
    return user.userId();
  }

  /** Returns whether the caller is an external member and no user of this service. */
  public boolean isExternal() {
    return external.isPresent();
  }

  public boolean isAdmin() {
    return user.role() == Role.ADMIN;
  }

  /** Returns whether the caller is the tenant's owner, which an external member never is. */
  public boolean owns(Tenant tenant) {
    return !isExternal() && tenant.userId().equals(user.userId());
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
