package dev.chatmultischema.stream.access;

import dev.chatmultischema.limits.CountLimits;
import dev.chatmultischema.limits.LimitName;
import dev.chatmultischema.limits.TenantLimits;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Counts the open streams of each user, each tenant and the node, and enforces their limits. A node
 * counts its own streams only, and grants its share of the limits of users and tenants.
 */
public final class StreamLimits {

  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Function<TenantId, TenantLimits> limits;
  private final CountLimits counts;
  private final int perNode;
  private final Map<UUID, Integer> users = new HashMap<>();
  private final Map<TenantId, Integer> tenants = new HashMap<>();
  private int open;

  /**
   * @param limits the limits of a tenant and its users; it must not block
   * @param perNode the streams that this node may have open
   */
  public StreamLimits(Function<TenantId, TenantLimits> limits, CountLimits counts, int perNode) {
    this.limits = limits;
    this.counts = counts;
    this.perNode = perNode;
  }

  /**
   * Counts one more stream, which {@link #release} must subtract.
   *
   * @throws StreamRefused if the limit of the node is reached; nothing is counted then
   * @throws dev.chatmultischema.limits.LimitExceeded if that of the user or of the tenant is
   *     reached; nothing is counted then
   */
  public synchronized void acquire(StreamGrant grant) {
    if (open >= perNode) {
      throw StreamRefused.tooManyStreams(perNode);
    }
    var allowed = limits.apply(grant.tenant());
    check(LimitName.USER_STREAMS, users.getOrDefault(grant.user(), 0), allowed.userStreams());
    check(LimitName.TENANT_STREAMS, tenants.getOrDefault(grant.tenant(), 0), allowed.streams());
    open++;
    users.merge(grant.user(), 1, Integer::sum);
    tenants.merge(grant.tenant(), 1, Integer::sum);
  }

  private void check(LimitName name, int count, long limit) {
    if (count >= counts.share(limit)) {
      throw counts.refuse(name, limit, RETRY);
    }
  }

  /** Subtracts a stream that {@link #acquire} has counted. */
  public synchronized void release(StreamGrant grant) {
    open--;
    users.computeIfPresent(grant.user(), (user, count) -> count == 1 ? null : count - 1);
    tenants.computeIfPresent(grant.tenant(), (tenant, count) -> count == 1 ? null : count - 1);
  }
}
