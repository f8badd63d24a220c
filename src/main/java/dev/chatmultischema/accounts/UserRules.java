package dev.chatmultischema.accounts;

import dev.chatmultischema.accounts.AccountRefused.Reason;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Authorizes access to users: admins have all rights, owners manage the members of their tenants,
 * and every user may change its own name, e-mail address and password.
 *
 * <p>The owner of a tenant may end the membership of a member who is an admin or owns a tenant, but
 * may not change that member's account: through it, the owner would gain the member's rights.
 */
public final class UserRules {

  private final Function<TenantId, Optional<Tenant>> tenants;
  private final Predicate<UUID> isOwner;

  /**
   * @param tenants finds a tenant that is not deleted
   * @param isOwner returns whether a user owns a tenant
   */
  UserRules(Function<TenantId, Optional<Tenant>> tenants, Predicate<UUID> isOwner) {
    this.tenants = tenants;
    this.isOwner = isOwner;
  }

  /**
   * Checks that the caller may read a user.
   *
   * @throws AccountRefused if the caller may not, with the reason for a user that does not exist
   */
  void checkRead(Caller caller, User user) {
    if (!caller.isAdmin() && !isSelf(caller, user) && !mayManage(caller, user.tenantId())) {
      throw missing(caller);
    }
  }

  /**
   * Checks that the caller may add a user.
   *
   * @throws AccountRefused if the caller may not add the user
   * @throws TenantForbidden if the caller may not manage the user's tenant, or it does not exist
   */
  void checkCreate(Caller caller, NewUser user) {
    if (!caller.isAdmin() && (user.role() == Role.ADMIN || user.tenantId() == null)) {
      throw forbidden("only admins add admins, or users who are in no tenant");
    }
    checkJoin(caller, user.tenantId());
  }

  /**
   * Checks that the caller may change a user that it may read.
   *
   * @param isPasswordChanged whether the password changes too
   * @throws AccountRefused if the caller may not change the user
   * @throws TenantForbidden if the caller may not manage the new tenant, or it does not exist
   */
  void checkChange(Caller caller, User before, User after, boolean isPasswordChanged) {
    if (!Objects.equals(before.tenantId(), after.tenantId())) {
      checkLeave(caller, before.tenantId());
      checkJoin(caller, after.tenantId());
    }
    if (caller.isAdmin()) {
      return;
    }
    if (before.role() != after.role()) {
      throw forbidden("only admins change roles");
    }
    var isAccountChanged =
        isPasswordChanged
            || !before.name().equals(after.name())
            || !before.email().equals(after.email());
    if (isAccountChanged && !isSelf(caller, before) && !hasMemberRightsOnly(before)) {
      throw forbidden("this member is an admin or owns tenants: only membership can be changed");
    }
    if (before.disabled() != after.disabled()) {
      checkDisable(caller, before);
    }
  }

  /**
   * Checks that the caller may delete a user that it may read.
   *
   * @throws AccountRefused if the caller may not delete the user
   */
  void checkDelete(Caller caller, User user) {
    if (!caller.isAdmin()) {
      checkDisable(caller, user);
    }
  }

  private void checkDisable(Caller caller, User user) {
    if (isSelf(caller, user) || !hasMemberRightsOnly(user)) {
      throw forbidden("only admins do that to themselves, to admins, or to owners of tenants");
    }
  }

  private void checkLeave(Caller caller, TenantId tenant) {
    if (!caller.isAdmin() && !mayManage(caller, tenant)) {
      throw forbidden("only admins and a tenant's owner change who is its member");
    }
  }

  private void checkJoin(Caller caller, TenantId tenant) {
    if (tenant != null && !mayManage(caller, tenant)) {
      throw caller.isAdmin()
          ? new AccountRefused(Reason.UNKNOWN_TENANT, "is not a tenant")
          : new TenantForbidden(tenant);
    }
  }

  private boolean mayManage(Caller caller, TenantId tenant) {
    return tenant != null && tenants.apply(tenant).filter(caller::mayManage).isPresent();
  }

  /** Returns whether a user has no rights beyond those of a member. */
  private boolean hasMemberRightsOnly(User user) {
    return user.role() == Role.USER && !isOwner.test(user.userId());
  }

  private static boolean isSelf(Caller caller, User user) {
    return caller.userId().equals(user.userId());
  }

  /** Returns the exception for a user that does not exist or is not visible to the caller. */
  static AccountRefused missing(Caller caller) {
    return caller.isAdmin()
        ? new AccountRefused(Reason.USER_NOT_FOUND, "there is no such user")
        : forbidden("you may not manage this user, or there is no such user");
  }

  private static AccountRefused forbidden(String detail) {
    return new AccountRefused(Reason.USER_FORBIDDEN, detail);
  }
}
