package dev.chatmultischema.accounts;

import dev.chatmultischema.accounts.AccountRefused.Reason;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.util.Objects;

/**
 * Who may do what to a user: admins everything, owners to the members of their tenants, and
 * everybody to their own name, e-mail address and password.
 *
 * <p>A member who is an admin, or owns a tenant, is more than a member: his tenant's owner may end
 * his membership, but may not get at his account, which could do what the owner may not.
 */
public final class UserRules {

  private final TenantDao tenants;

  UserRules(TenantDao tenants) {
    this.tenants = tenants;
  }

  /** Passes if the caller may see the user at all; else the answer is that for an unknown user. */
  void checkSee(Caller caller, User user) {
    if (!caller.admin() && !self(caller, user) && !manages(caller, user.tenantId())) {
      throw missing(caller);
    }
  }

  /** Passes if the caller may add such a user. */
  void checkCreate(Caller caller, NewUser user) {
    if (!caller.admin() && (user.role() == Role.ADMIN || user.tenantId() == null)) {
      throw forbidden("only admins add admins, or users who are in no tenant");
    }
    checkJoin(caller, user.tenantId());
  }

  /** Passes if the caller may change a user, whom it may see, from one state to another. */
  void checkChange(Caller caller, User before, User after, boolean password) {
    if (!Objects.equals(before.tenantId(), after.tenantId())) {
      checkLeave(caller, before.tenantId());
      checkJoin(caller, after.tenantId());
    }
    if (caller.admin()) {
      return;
    }
    if (before.role() != after.role()) {
      throw forbidden("only admins change roles");
    }
    var account =
        password || !before.name().equals(after.name()) || !before.email().equals(after.email());
    if (account && !self(caller, before) && !ordinary(before)) {
      throw forbidden("this member is an admin or owns tenants: only membership can be changed");
    }
    if (before.disabled() != after.disabled()) {
      checkDisable(caller, before);
    }
  }

  /** Passes if the caller may delete a user, whom it may see. */
  void checkDelete(Caller caller, User user) {
    if (!caller.admin()) {
      checkDisable(caller, user);
    }
  }

  private void checkDisable(Caller caller, User user) {
    if (self(caller, user) || !ordinary(user)) {
      throw forbidden("only admins do that to themselves, to admins, or to owners of tenants");
    }
  }

  private void checkLeave(Caller caller, TenantId tenant) {
    if (!caller.admin() && !manages(caller, tenant)) {
      throw forbidden("only admins and a tenant's owner change who is its member");
    }
  }

  private void checkJoin(Caller caller, TenantId tenant) {
    if (tenant != null && !manages(caller, tenant)) {
      throw caller.admin()
          ? new AccountRefused(Reason.UNKNOWN_TENANT, "is not a tenant")
          : new TenantForbidden(tenant);
    }
  }

  private boolean manages(Caller caller, TenantId tenant) {
    return tenant != null && tenants.find(tenant).filter(caller::mayManage).isPresent();
  }

  private boolean ordinary(User user) {
    return user.role() == Role.USER && !tenants.isOwner(user.userId());
  }

  private static boolean self(Caller caller, User user) {
    return caller.userId().equals(user.userId());
  }

  /** What a caller is told about a user who is not there. */
  static AccountRefused missing(Caller caller) {
    return caller.admin()
        ? new AccountRefused(Reason.USER_NOT_FOUND, "there is no such user")
        : forbidden("you may not manage this user, or there is no such user");
  }

  private static AccountRefused forbidden(String detail) {
    return new AccountRefused(Reason.USER_FORBIDDEN, detail);
  }
}
