package dev.chatmultischema.amqp.topology;

import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the depths of many tenants' queues as of the last time that each was queried. A turn takes
 * a bounded time, and goes on with the tenants that were queried longest ago. Safe for all threads.
 */
public final class DepthSweep {

  private static final Logger LOG = LoggerFactory.getLogger(DepthSweep.class);

  private final TenantQueues queues;

  /** The last known depths; the one queried longest ago comes first. */
  private final Map<TenantId, Depth> depths = new LinkedHashMap<>();

  public DepthSweep(TenantQueues queues) {
    this.queues = queues;
  }

  /**
   * Queries the tenants, those without a known depth first, and forgets all others.
   *
   * @param timeout the time after which no further tenant is queried
   */
  public synchronized void turn(Collection<TenantId> tenants, Duration timeout) {
    depths.keySet().retainAll(Set.copyOf(tenants));
    var order = new LinkedHashSet<>(tenants);
    order.removeAll(depths.keySet());
    order.addAll(depths.keySet());
    query(order, timeout);
  }

  /** Returns the last known depths. */
  public synchronized Map<TenantId, Depth> known() {
    return Map.copyOf(depths);
  }

  /**
   * Queries some tenants, and returns their depths: none if the broker is unavailable.
   *
   * @param timeout the time after which no further tenant is queried
   */
  public synchronized Map<TenantId, Depth> query(Collection<TenantId> tenants, Duration timeout) {
    try {
      var fresh = queues.depths(tenants, timeout);
      depths.keySet().removeAll(fresh.keySet());
      depths.putAll(fresh);
      return fresh;
    } catch (BrokerUnavailable e) {
      LOG.debug("could not query the depths of queues: {}; keeping the last known", e.getMessage());
      return Map.of();
    }
  }
}
