package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.amqp.topology.DepthSweep;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.prometheus.ChatMetrics;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.util.List;

/**
 * Queries the depths of the queues of this node's tenants whenever metrics are read.
 *
 * <p>The queries of one reading end after a bounded time, and the next reading continues with the
 * tenants that were left out; these keep their last known depths. Tenants without a label of their
 * own have no series.
 */
public final class QueueDepths extends Collector {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final ConsumerSupervisor supervisor;
  private final DepthSweep sweep;
  private final ChatMetrics metrics;

  public QueueDepths(ConsumerSupervisor supervisor, TenantQueues queues, ChatMetrics metrics) {
    this.supervisor = supervisor;
    this.sweep = new DepthSweep(queues);
    this.metrics = metrics;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    var tenants =
        supervisor.assignedTenants().stream()
            .filter(tenant -> metrics.label(tenant).equals(tenant.toString()))
            .toList();
    sweep.turn(tenants, TIMEOUT);
    var queue =
        new GaugeMetricFamily(
            "chat_queue_depth", "Messages ready in the tenant's queue.", List.of("tenant"));
    var dead =
        new GaugeMetricFamily(
            "chat_dead_letters", "Messages in the tenant's dead-letter queue.", List.of("tenant"));
    sweep
        .known()
        .forEach(
            (tenant, depth) -> {
              queue.addMetric(List.of(tenant.toString()), depth.queue());
              dead.addMetric(List.of(tenant.toString()), depth.deadLetters());
            });
    return List.of(queue, dead);
  }
}
