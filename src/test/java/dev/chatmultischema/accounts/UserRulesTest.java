package dev.chatmultischema.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.accounts.AccountRefused.Reason;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UserRulesTest {

  private static final TenantId TENANT = TenantId.create();
  private static final TenantId OTHER_TENANT = TenantId.create();
  private static final TenantId NO_TENANT = TenantId.create();

  private static final User ADMIN = user(Role.ADMIN, null);
  private static final User OTHER_ADMIN = user(Role.ADMIN, null);
  private static final User OWNER = user(Role.USER, null);
  private static final User OTHER_OWNER = user(Role.USER, TENANT);
  private static final User MEMBER = user(Role.USER, TENANT);
  private static final User FELLOW_MEMBER = user(Role.USER, TENANT);
  private static final User ADMIN_MEMBER = user(Role.ADMIN, TENANT);
  private static final User OUTSIDER = user(Role.USER, null);

  private static final List<Tenant> TENANTS =
      List.of(tenant(TENANT, OWNER), tenant(OTHER_TENANT, OTHER_OWNER));

  private final UserRules rules =
      new UserRules(
          id -> TENANTS.stream().filter(tenant -> tenant.tenantId().equals(id)).findFirst(),
          user -> TENANTS.stream().anyMatch(tenant -> tenant.userId().equals(user)));

  private static User user(Role role, TenantId tenant) {
    var id = UUID.randomUUID();
    return new User(id, "Ann", id + "@example.com", role, tenant, false, Instant.EPOCH);
  }

  private static Tenant tenant(TenantId id, User owner) {
    return new Tenant(id, "team", owner.userId(), 3, DesiredState.RUNNING, Instant.EPOCH, 1, false);
  }

  private static Caller caller(User user) {
    return new Caller(user, Instant.MAX);
  }

  private static User named(User user) {
    return new User(
        user.userId(),
        "Bob",
        user.email(),
        user.role(),
        user.tenantId(),
        user.disabled(),
        user.createdAt());
  }

  private static User withEmail(User user) {
    return new User(
        user.userId(),
        user.name(),
        "new@example.com",
        user.role(),
        user.tenantId(),
        user.disabled(),
        user.createdAt());
  }

  private static User withRole(User user, Role role) {
    return new User(
        user.userId(),
        user.name(),
        user.email(),
        role,
        user.tenantId(),
        user.disabled(),
        user.createdAt());
  }

  private static User in(User user, TenantId tenant) {
    return new User(
        user.userId(),
        user.name(),
        user.email(),
        user.role(),
        tenant,
        user.disabled(),
        user.createdAt());
  }

  private static User disabled(User user) {
    return new User(
        user.userId(),
        user.name(),
        user.email(),
        user.role(),
        user.tenantId(),
        true,
        user.createdAt());
  }

  private static void assertAllowed(ThrowingCallable check) {
    assertThatCode(check).doesNotThrowAnyException();
  }

  private static void assertRefused(Reason reason, ThrowingCallable check) {
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            AccountRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static void assertForbidden(ThrowingCallable check) {
    assertRefused(Reason.USER_FORBIDDEN, check);
  }

  private static void assertTenantForbidden(ThrowingCallable check) {
    assertThatThrownBy(check).isInstanceOf(TenantForbidden.class);
  }

  @Nested
  class Reading {

    @Test
    void adminsReadEveryUser() {
      for (var user : List.of(ADMIN, OTHER_ADMIN, OWNER, MEMBER, OUTSIDER)) {
        assertAllowed(() -> rules.checkRead(caller(ADMIN), user));
      }
    }

    @Test
    void usersReadThemselves() {
      assertAllowed(() -> rules.checkRead(caller(MEMBER), MEMBER));
      assertAllowed(() -> rules.checkRead(caller(OUTSIDER), OUTSIDER));
    }

    @Test
    void ownersReadTheMembersOfTheirTenants() {
      assertAllowed(() -> rules.checkRead(caller(OWNER), MEMBER));
      assertAllowed(() -> rules.checkRead(caller(OWNER), ADMIN_MEMBER));
    }

    @Test
    void nobodyElseReadsAUser() {
      assertForbidden(() -> rules.checkRead(caller(OWNER), OUTSIDER));
      assertForbidden(() -> rules.checkRead(caller(OTHER_OWNER), MEMBER));
      assertForbidden(() -> rules.checkRead(caller(MEMBER), FELLOW_MEMBER));
      assertForbidden(() -> rules.checkRead(caller(MEMBER), OWNER));
      assertForbidden(() -> rules.checkRead(caller(OWNER), in(OUTSIDER, NO_TENANT)));
    }

    @Test
    void onlyAdminsLearnWhetherAUserExists() {
      assertRefused(
          Reason.USER_NOT_FOUND,
          () -> {
            throw UserRules.missing(caller(ADMIN));
          });
      assertThatThrownBy(() -> rules.checkRead(caller(MEMBER), OUTSIDER))
          .hasMessage(UserRules.missing(caller(MEMBER)).getMessage());
    }
  }

  @Nested
  class Adding {

    private NewUser newUser(Role role, TenantId tenant) {
      return new NewUser("Ann", "ann@example.com", "a long password", role, tenant);
    }

    @Test
    void adminsAddAnyUser() {
      for (var role : Role.values()) {
        assertAllowed(() -> rules.checkCreate(caller(ADMIN), newUser(role, null)));
        assertAllowed(() -> rules.checkCreate(caller(ADMIN), newUser(role, TENANT)));
      }
    }

    @Test
    void adminsLearnThatATenantDoesNotExist() {
      assertRefused(
          Reason.UNKNOWN_TENANT,
          () -> rules.checkCreate(caller(ADMIN), newUser(Role.USER, NO_TENANT)));
    }

    @Test
    void ownersAddMembersOfTheirTenants() {
      assertAllowed(() -> rules.checkCreate(caller(OWNER), newUser(Role.USER, TENANT)));
      assertAllowed(() -> rules.checkCreate(caller(OWNER), newUser(null, TENANT)));
    }

    @Test
    void ownersDoNotAddAdminsOrUsersOfNoTenant() {
      assertForbidden(() -> rules.checkCreate(caller(OWNER), newUser(Role.ADMIN, TENANT)));
      assertForbidden(() -> rules.checkCreate(caller(OWNER), newUser(Role.USER, null)));
    }

    @Test
    void nobodyElseAddsMembers() {
      for (var tenant : List.of(OTHER_TENANT, NO_TENANT)) {
        assertTenantForbidden(() -> rules.checkCreate(caller(OWNER), newUser(Role.USER, tenant)));
      }
      assertTenantForbidden(() -> rules.checkCreate(caller(MEMBER), newUser(Role.USER, TENANT)));
      assertTenantForbidden(() -> rules.checkCreate(caller(OUTSIDER), newUser(Role.USER, TENANT)));
    }
  }

  @Nested
  class ChangingMembership {

    @Test
    void adminsMoveUsersBetweenTenants() {
      assertAllowed(
          () -> rules.checkChange(caller(ADMIN), MEMBER, in(MEMBER, OTHER_TENANT), false));
      assertAllowed(() -> rules.checkChange(caller(ADMIN), MEMBER, in(MEMBER, null), false));
      assertAllowed(() -> rules.checkChange(caller(ADMIN), OUTSIDER, in(OUTSIDER, TENANT), false));
    }

    @Test
    void adminsMoveUsersOutOfADeletedTenantButNotInto() {
      var former = in(OUTSIDER, NO_TENANT);
      assertAllowed(() -> rules.checkChange(caller(ADMIN), former, OUTSIDER, false));
      assertRefused(
          Reason.UNKNOWN_TENANT, () -> rules.checkChange(caller(ADMIN), OUTSIDER, former, false));
    }

    @Test
    void ownersEndTheMembershipOfAnyMember() {
      for (var member : List.of(MEMBER, ADMIN_MEMBER, OTHER_OWNER)) {
        assertAllowed(() -> rules.checkChange(caller(OWNER), member, in(member, null), false));
      }
    }

    @Test
    void ownersDoNotAddUsersOfNoTenantOrOtherTenants() {
      assertForbidden(
          () -> rules.checkChange(caller(OWNER), OUTSIDER, in(OUTSIDER, TENANT), false));
      assertForbidden(
          () -> rules.checkChange(caller(OWNER), in(MEMBER, OTHER_TENANT), MEMBER, false));
    }

    @Test
    void ownersDoNotMoveMembersToOtherTenants() {
      assertTenantForbidden(
          () -> rules.checkChange(caller(OWNER), MEMBER, in(MEMBER, OTHER_TENANT), false));
    }

    @Test
    void membersDoNotChangeTheirOwnMembership() {
      assertForbidden(() -> rules.checkChange(caller(MEMBER), MEMBER, in(MEMBER, null), false));
      assertForbidden(
          () -> rules.checkChange(caller(OUTSIDER), OUTSIDER, in(OUTSIDER, TENANT), false));
    }
  }

  @Nested
  class ChangingAccounts {

    @Test
    void adminsChangeEveryAccount() {
      for (var user : List.of(ADMIN, OTHER_ADMIN, OWNER, MEMBER, OUTSIDER)) {
        assertAllowed(() -> rules.checkChange(caller(ADMIN), user, named(user), true));
        assertAllowed(
            () -> rules.checkChange(caller(ADMIN), user, withRole(user, Role.ADMIN), false));
        assertAllowed(() -> rules.checkChange(caller(ADMIN), user, disabled(user), false));
      }
    }

    @Test
    void usersChangeTheirOwnNameEmailAndPassword() {
      for (var user : List.of(OWNER, MEMBER, OUTSIDER)) {
        assertAllowed(() -> rules.checkChange(caller(user), user, named(user), false));
        assertAllowed(() -> rules.checkChange(caller(user), user, withEmail(user), false));
        assertAllowed(() -> rules.checkChange(caller(user), user, user, true));
      }
    }

    @Test
    void ownersChangeTheAccountsOfMembers() {
      assertAllowed(() -> rules.checkChange(caller(OWNER), MEMBER, named(MEMBER), false));
      assertAllowed(() -> rules.checkChange(caller(OWNER), MEMBER, withEmail(MEMBER), false));
      assertAllowed(() -> rules.checkChange(caller(OWNER), MEMBER, MEMBER, true));
      assertAllowed(() -> rules.checkChange(caller(OWNER), MEMBER, disabled(MEMBER), false));
      assertAllowed(() -> rules.checkChange(caller(OWNER), disabled(MEMBER), MEMBER, false));
    }

    @Test
    void ownersDoNotChangeTheAccountsOfMembersWithMoreRights() {
      for (var member : List.of(ADMIN_MEMBER, OTHER_OWNER)) {
        assertForbidden(() -> rules.checkChange(caller(OWNER), member, named(member), false));
        assertForbidden(() -> rules.checkChange(caller(OWNER), member, withEmail(member), false));
        assertForbidden(() -> rules.checkChange(caller(OWNER), member, member, true));
        assertForbidden(() -> rules.checkChange(caller(OWNER), member, disabled(member), false));
      }
    }

    @Test
    void onlyAdminsChangeRoles() {
      assertForbidden(
          () -> rules.checkChange(caller(MEMBER), MEMBER, withRole(MEMBER, Role.ADMIN), false));
      assertForbidden(
          () -> rules.checkChange(caller(OWNER), MEMBER, withRole(MEMBER, Role.ADMIN), false));
      assertForbidden(
          () ->
              rules.checkChange(
                  caller(OWNER), ADMIN_MEMBER, withRole(ADMIN_MEMBER, Role.USER), false));
    }

    @Test
    void onlyAdminsDisableThemselves() {
      assertForbidden(() -> rules.checkChange(caller(MEMBER), MEMBER, disabled(MEMBER), false));
      assertForbidden(() -> rules.checkChange(caller(OWNER), OWNER, disabled(OWNER), false));
    }

    @Test
    void anUnchangedUserNeedsNoRights() {
      assertAllowed(() -> rules.checkChange(caller(OWNER), ADMIN_MEMBER, ADMIN_MEMBER, false));
    }
  }

  @Nested
  class Deleting {

    @Test
    void adminsDeleteEveryUser() {
      for (var user : List.of(ADMIN, OTHER_ADMIN, OWNER, MEMBER)) {
        assertAllowed(() -> rules.checkDelete(caller(ADMIN), user));
      }
    }

    @Test
    void ownersDeleteMembersWithoutMoreRights() {
      assertAllowed(() -> rules.checkDelete(caller(OWNER), MEMBER));
      assertForbidden(() -> rules.checkDelete(caller(OWNER), ADMIN_MEMBER));
      assertForbidden(() -> rules.checkDelete(caller(OWNER), OTHER_OWNER));
    }

    @Test
    void onlyAdminsDeleteThemselves() {
      assertForbidden(() -> rules.checkDelete(caller(MEMBER), MEMBER));
      assertForbidden(() -> rules.checkDelete(caller(OWNER), OWNER));
    }
  }

  @Test
  void deletedTenantsHaveNoOwnerWhoManagesMembers() {
    var withoutTenants = new UserRules(id -> Optional.empty(), id -> false);
    assertForbidden(() -> withoutTenants.checkRead(caller(OWNER), MEMBER));
  }
}
