package dev.chatmultischema.health;

import io.dropwizard.health.HealthStateAggregator;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** Exports the last result of each health check, without running the check. */
final class HealthMetrics extends Collector {

  private final HealthStateAggregator measured;

  HealthMetrics(HealthStateAggregator measured) {
    this.measured = measured;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    var family =
        new GaugeMetricFamily(
            "chat_health", "1 while a health check of this node is healthy.", List.of("check"));
    measured
        .healthStateViews()
        .forEach(check -> family.addMetric(List.of(check.getName()), check.isHealthy() ? 1 : 0));
    return List.of(family);
  }
}
