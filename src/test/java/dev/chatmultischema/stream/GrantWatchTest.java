package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.stream.access.StreamGrant;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GrantWatchTest {

  private final UUID id = UUID.randomUUID();
  private final TenantId tenantId = TenantId.create();
  private final StreamGrant grant = new StreamGrant(id, 0, tenantId, Instant.now());

  private User user(Role role, TenantId member, boolean disabled) {
    return new User(id, "Name", "name@example.com", role, member, disabled, Instant.EPOCH);
  }

  private Tenant tenant(UUID owner) {
    return new Tenant(tenantId, "Tenant", owner, 1, null, Instant.EPOCH, 0, false);
  }

  @Test
  void keepsGrantsOfOwnersMembersAndAdmins() {
    var tenant = tenant(UUID.randomUUID());
    assertThat(GrantWatch.isValid(grant, user(Role.USER, null, false), tenant(id))).isTrue();
    assertThat(GrantWatch.isValid(grant, user(Role.USER, tenantId, false), tenant)).isTrue();
    assertThat(GrantWatch.isValid(grant, user(Role.ADMIN, null, false), tenant)).isTrue();
  }

  @Test
  void withdrawsGrantsOfDeletedAndDisabledUsers() {
    assertThat(GrantWatch.isValid(grant, null, tenant(id))).isFalse();
    assertThat(GrantWatch.isValid(grant, user(Role.ADMIN, null, true), tenant(id))).isFalse();
  }

  @Test
  void withdrawsGrantsOfEndedTokens() {
    var user = new User(id, "N", "n@example.com", Role.ADMIN, null, false, Instant.EPOCH, 1);
    assertThat(GrantWatch.isValid(grant, user, tenant(id))).isFalse();
  }

  @Test
  void withdrawsGrantsForDeletedTenants() {
    assertThat(GrantWatch.isValid(grant, user(Role.ADMIN, null, false), null)).isFalse();
  }

  @Test
  void withdrawsGrantsOfFormerMembers() {
    var tenant = tenant(UUID.randomUUID());
    assertThat(GrantWatch.isValid(grant, user(Role.USER, null, false), tenant)).isFalse();
    var member = user(Role.USER, TenantId.create(), false);
    assertThat(GrantWatch.isValid(grant, member, tenant)).isFalse();
  }
}
