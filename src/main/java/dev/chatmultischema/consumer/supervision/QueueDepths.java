package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantId;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries the depths of the queues of this node's tenants whenever metrics are read.
 *
 * <p>The queries of one reading end after a bounded time, and the next reading continues with the
 * tenants that were left out; these keep their last known depths. Tenants without a label of their
 * own have no series.
 */
public final class QueueDepths extends Collector {

  private static final Logger LOG = LoggerFactory.getLogger(QueueDepths.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final ConsumerSupervisor supervisor;
  private final TenantQueues queues;
  private final ChatMetrics metrics;

  /** The last known depths; the one queried longest ago comes first. */
  private final Map<TenantId, Depth> depths = new LinkedHashMap<>();

  public QueueDepths(ConsumerSupervisor supervisor, TenantQueues queues, ChatMetrics metrics) {
    this.supervisor = supervisor;
    this.queues = queues;
    this.metrics = metrics;
  }

  @Override
  public synchronized List<MetricFamilySamples> collect() {
    var tenants =
        supervisor.assignedTenants().stream()
            .filter(tenant -> metrics.label(tenant).equals(tenant.toString()))
            .toList();
    depths.keySet().retainAll(tenants);
    refresh(tenants);
    var queue =
        new GaugeMetricFamily(
            "chat_queue_depth", "Messages ready in the tenant's queue.", List.of("tenant"));
    var dead =
        new GaugeMetricFamily(
            "chat_dead_letters", "Messages in the tenant's dead-letter queue.", List.of("tenant"));
    depths.forEach(
        (tenant, depth) -> {
          queue.addMetric(List.of(tenant.toString()), depth.queue());
          dead.addMetric(List.of(tenant.toString()), depth.deadLetters());
        });
    return List.of(queue, dead);
  }

  private void refresh(List<TenantId> tenants) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    var order = new LinkedHashMap<TenantId, Boolean>();
    tenants.stream()
        .filter(tenant -> !depths.containsKey(tenant))
        .forEach(tenant -> order.put(tenant, true));
    depths.keySet().forEach(tenant -> order.put(tenant, true));
    try {
      queues.query(
          probe -> {
            for (var tenant : order.keySet()) {
              if (System.nanoTime() - deadline > 0) {
                break;
              }
              var known = Optional.ofNullable(depths.remove(tenant));
              probe.depth(tenant).or(() -> known).ifPresent(depth -> depths.put(tenant, depth));
            }
            return null;
          });
    } catch (BrokerUnavailable e) {
      LOG.debug("could not query the depths of queues: {}; keeping the last known", e.getMessage());
    }
  }
}
