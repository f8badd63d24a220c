package dev.chatmultischema.prometheus;

import io.dropwizard.jackson.JsonSnakeCase;
import java.util.Map;

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
    Map<String, Double> deliveries) {}
