package dev.chatmultischema.console;

import dev.chatmultischema.admin.ConsumerTable;
import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows the depths of all tenants' queues as of the last time that each was queried. However many
 * consoles are open, queries take at most {@link #TURN} in each {@link #INTERVAL}; each turn goes
 * on with the tenant that was queried longest ago. Safe for all threads.
 */
final class DepthSweep {

  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration TURN = Duration.ofMillis(500);

  private final ConsumerTable table;
  private final Map<TenantId, Depth> depths = new LinkedHashMap<>();
  private long nextTurn = System.nanoTime();

  DepthSweep(ConsumerTable table) {
    this.table = table;
  }

  /**
   * The sums over all tenants whose depths are known.
   *
   * @param known the number of these tenants
   */
  @JsonSnakeCase
  record Sum(long queued, long deadLetters, int known) {}

  /** Takes a turn if one is due, and returns the sums. */
  synchronized Sum sum(Collection<TenantId> tenants) {
    var known = known(tenants);
    return new Sum(
        known.values().stream().mapToLong(Depth::queue).sum(),
        known.values().stream().mapToLong(Depth::deadLetters).sum(),
        known.size());
  }

  /** Takes a turn if one is due, and returns the known depths. */
  synchronized Map<TenantId, Depth> known(Collection<TenantId> tenants) {
    if (System.nanoTime() - nextTurn >= 0) {
      depths.keySet().retainAll(Set.copyOf(tenants));
      var order = new LinkedHashSet<TenantId>(tenants);
      order.removeAll(depths.keySet());
      order.addAll(depths.keySet());
      remember(order, table.depths(order, TURN));
      nextTurn = System.nanoTime() + INTERVAL.toNanos();
    }
    return Map.copyOf(depths);
  }

  /** Queries the depths of a page of tenants now. */
  synchronized Map<TenantId, Depth> query(Collection<TenantId> page) {
    var fresh = table.depths(page, TURN);
    remember(page, fresh);
    return fresh;
  }

  private void remember(Collection<TenantId> queried, Map<TenantId, Depth> fresh) {
    for (var tenant : queried) {
      var depth = fresh.get(tenant);
      if (depth != null) {
        depths.remove(tenant);
        depths.put(tenant, depth);
      }
    }
  }
}
