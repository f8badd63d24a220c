package dev.chatmultischema.prometheus;

import io.dropwizard.jackson.JsonSnakeCase;
import io.prometheus.client.Collector;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of this node since its start, summed over its tenants. A counter falls where a tenant
 * was deleted.
 *
 * @param deliveries the number of stored messages by the upper bound of their delivery time, in
 *     seconds; each bound includes those below it
 */
@JsonSnakeCase
public record MetricTotals(
    double accepted,
    double stored,
    double retried,
    double deadLettered,
    double duplicate,
    double streamEvents,
    double droppedSubscribers,
    double subscribers,
    double workers,
    double busyWorkers,
    Map<String, Double> deliveries) {

  /**
   * Returns the sums of some meters.
   *
   * @param bounds the upper bounds of delivery times but the last one, which is infinite
   */
  static MetricTotals of(Collection<TenantMeters> all, double[] bounds) {
    return new MetricTotals(
        sum(all, meters -> meters.accepted().get()),
        sum(all, meters -> meters.stored().get()),
        sum(all, meters -> meters.retried().get()),
        sum(all, meters -> meters.deadLettered().get()),
        sum(all, meters -> meters.duplicate().get()),
        sum(all, meters -> meters.streamEvents().get()),
        sum(all, meters -> meters.streamDropped().get()),
        sum(all, meters -> meters.streamSubscribers().get()),
        sum(all, meters -> meters.workers().get()),
        sum(all, meters -> meters.busyWorkers().get()),
        deliveries(all, bounds));
  }

  private static double sum(Collection<TenantMeters> all, ToDoubleFunction<TenantMeters> value) {
    return all.stream().mapToDouble(value).sum();
  }

  private static Map<String, Double> deliveries(Collection<TenantMeters> all, double[] bounds) {
    double[] sums = new double[bounds.length + 1];
    for (var meters : all) {
      double[] buckets = meters.delivery().get().buckets;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += buckets[i];
      }
    }
    var deliveries = new LinkedHashMap<String, Double>();
    for (int i = 0; i < sums.length; i++) {
      double bound = i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY;
      deliveries.put(Collector.doubleToGoString(bound), sums[i]);
    }
    return deliveries;
  }
}
