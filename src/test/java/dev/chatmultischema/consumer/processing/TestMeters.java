package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.prometheus.TenantMeters;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;

/** Makes the meters of one tenant without a registry. */
final class TestMeters {

  private TestMeters() {}

  static TenantMeters create() {
    return new TenantMeters(
        counter(),
        counter(),
        counter(),
        counter(),
        counter(),
        counter(),
        gauge(),
        gauge(),
        Histogram.build("h", "h").labelNames("tenant").create().labels("t"),
        gauge(),
        counter(),
        counter());
  }

  private static Counter.Child counter() {
    return Counter.build("c", "c").labelNames("tenant").create().labels("t");
  }

  private static Gauge.Child gauge() {
    return Gauge.build("g", "g").labelNames("tenant").create().labels("t");
  }
}
