package dev.chatmultischema.consumer.supervision;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Counts the consumers of this node in each state, and the live nodes, whenever metrics are read.
 */
public final class ConsumerStates extends Collector {

  /** The states of {@link ConsumerReport#actual} that a consumer of this node may have. */
  private static final Set<String> STATES =
      Set.of("running", "paused", "stuck", "starting", "stopping", "stopped", "shutdown", "down");

  private final ConsumerSupervisor supervisor;
  private final IntSupplier liveNodes;

  public ConsumerStates(ConsumerSupervisor supervisor, IntSupplier liveNodes) {
    this.supervisor = supervisor;
    this.liveNodes = liveNodes;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    var consumers =
        new GaugeMetricFamily(
            "chat_consumers",
            "Consumers of the tenants that are assigned to this node, by actual state.",
            List.of("state"));
    var counts = supervisor.countByState();
    STATES.forEach(state -> consumers.addMetric(List.of(state), counts.getOrDefault(state, 0)));
    return List.of(
        consumers,
        new GaugeMetricFamily(
            "chat_nodes_live",
            "Live nodes as this node sees them, 0 if it cannot reach the database for long.",
            liveNodes.getAsInt()));
  }
}
