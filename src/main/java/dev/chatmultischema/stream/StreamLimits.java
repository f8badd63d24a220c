package dev.chatmultischema.stream;

import dev.chatmultischema.tenant.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Counts open streams, and refuses those beyond what a user, a tenant or the node may have. */
final class StreamLimits {

  private final int perUser;
  private final int perTenant;
  private final int max;
  private final Map<UUID, Integer> users = new HashMap<>();
  private final Map<TenantId, Integer> tenants = new HashMap<>();
  private int open;

  StreamLimits(int perUser, int perTenant, int max) {
    this.perUser = perUser;
    this.perTenant = perTenant;
    this.max = max;
  }

  /**
   * @throws StreamRefused if there is no room, and then nothing is counted
   */
  synchronized void acquire(Access access) {
    if (open >= max) {
      throw StreamRefused.tooMany("this node", max);
    }
    if (users.getOrDefault(access.user(), 0) >= perUser) {
      throw StreamRefused.tooMany("the user", perUser);
    }
    if (tenants.getOrDefault(access.tenant(), 0) >= perTenant) {
      throw StreamRefused.tooMany("the tenant", perTenant);
    }
    open++;
    users.merge(access.user(), 1, Integer::sum);
    tenants.merge(access.tenant(), 1, Integer::sum);
  }

  synchronized void release(Access access) {
    open--;
    users.computeIfPresent(access.user(), (user, count) -> count == 1 ? null : count - 1);
    tenants.computeIfPresent(access.tenant(), (tenant, count) -> count == 1 ? null : count - 1);
  }
}
