package dev.chatmultischema.limits;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/** Counts the requests that limits refuse, by limit, and the checks that could not be exact. */
final class LimitMetrics {

  private final Counter refused;
  private final Counter unshared;

  LimitMetrics(CollectorRegistry registry) {
    refused =
        Counter.build("chat_limited_total", "Requests refused because a limit was reached.")
            .labelNames("limit")
            .register(registry);
    unshared =
        Counter.build(
                "chat_limits_unshared_total",
                "Checks that granted the whole limit, since the number of live nodes was unknown.")
            .register(registry);
    for (var name : LimitName.values()) {
      refused.labels(name.label());
    }
  }

  void refused(LimitName name) {
    refused.labels(name.label()).inc();
  }

  void unshared() {
    unshared.inc();
  }
}
