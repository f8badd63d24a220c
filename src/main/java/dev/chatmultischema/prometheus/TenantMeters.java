package dev.chatmultischema.prometheus;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;

/** One tenant's meters; see {@link ChatMetrics} for the equation that they keep. */
public record TenantMeters(
    Counter.Child accepted,
    Counter.Child stored,
    Counter.Child retried,
    Counter.Child deadLettered,
    Counter.Child replayed,
    Counter.Child duplicate,
    Gauge.Child workers,
    Gauge.Child busyWorkers,
    Histogram.Child delivery,
    Gauge.Child streamSubscribers,
    Counter.Child streamEvents,
    Counter.Child streamDropped) {}
