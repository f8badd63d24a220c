package dev.chatmultischema.stream.access;

import dev.chatmultischema.tenant.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Counts the open streams of each user, each tenant and the node, and enforces their limits. */
public final class StreamLimits {

  private final int perUser;
  private final int perTenant;
  private final int perNode;
  private final Map<UUID, Integer> users = new HashMap<>();
  private final Map<TenantId, Integer> tenants = new HashMap<>();
  private int open;

  public StreamLimits(int perUser, int perTenant, int perNode) {
    this.perUser = perUser;
    this.perTenant = perTenant;
    this.perNode = perNode;
  }

  /**
   * Counts one more stream, which {@link #release} must subtract.
   *
   * @throws StreamRefused if a limit is reached; nothing is counted then
   */
  public synchronized void acquire(StreamGrant grant) {
    if (open >= perNode) {
      throw StreamRefused.tooManyStreams("this node", perNode);
    }
    if (users.getOrDefault(grant.user(), 0) >= perUser) {
      throw StreamRefused.tooManyStreams("the user", perUser);
    }
    if (tenants.getOrDefault(grant.tenant(), 0) >= perTenant) {
      throw StreamRefused.tooManyStreams("the tenant", perTenant);
    }
    open++;
    users.merge(grant.user(), 1, Integer::sum);
    tenants.merge(grant.tenant(), 1, Integer::sum);
  }

  /** Subtracts a stream that {@link #acquire} has counted. */
  public synchronized void release(StreamGrant grant) {
    open--;
    users.computeIfPresent(grant.user(), (user, count) -> count == 1 ? null : count - 1);
    tenants.computeIfPresent(grant.tenant(), (tenant, count) -> count == 1 ? null : count - 1);
  }
}
