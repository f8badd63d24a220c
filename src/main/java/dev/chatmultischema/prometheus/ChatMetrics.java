package dev.chatmultischema.prometheus;

import dev.chatmultischema.tenant.TenantId;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.SimpleCollector;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The service's own metrics. For each tenant, summed over all nodes, at rest and between restarts:
 *
 * <pre>
 * accepted + published to the queue by others = stored + duplicate + dead_lettered - replayed + queue_depth
 * </pre>
 *
 * where a message waiting for its next attempt counts as queued. A message that is delivered again
 * after a crash between commit and ack, or replayed again after a cut between confirm and ack, is
 * counted as a duplicate a second time.
 */
public final class ChatMetrics {

  private static final double[] DELIVERY_BUCKETS = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60
  };

  private final CollectorRegistry registry;
  private final TenantLabels labels;
  private final ConcurrentMap<TenantId, TenantMeters> byTenant = new ConcurrentHashMap<>();

  /** The same meters, of which those that tenants share are here once. */
  private final ConcurrentMap<String, TenantMeters> byLabel = new ConcurrentHashMap<>();

  private final Counter accepted;
  private final Counter stored;
  private final Counter retried;
  private final Counter deadLettered;
  private final Counter replayed;
  private final Counter duplicate;
  private final Gauge workers;
  private final Gauge busyWorkers;
  private final Histogram delivery;
  private final Gauge streamSubscribers;
  private final Counter streamEvents;
  private final Counter streamDropped;

  ChatMetrics(CollectorRegistry registry, TenantLabels labels) {
    this.registry = registry;
    this.labels = labels;
    accepted = counter("messages_accepted", "Messages answered with 202: confirmed by the broker.");
    stored = counter("messages_stored", "Messages committed to the tenant's partition.");
    retried = counter("messages_retried", "Failed attempts that will be retried.");
    deadLettered =
        counter("messages_dead_lettered", "Messages published to the tenant's dead-letter queue.");
    replayed =
        counter(
            "messages_replayed", "Dead letters that operators republished to the tenant's queue.");
    duplicate =
        counter("messages_duplicate", "Messages dropped since their id was already stored.");
    workers = gauge("consumer_workers", "Workers that this node may run for the tenant.");
    busyWorkers = gauge("consumer_busy_workers", "Workers that are storing a batch.");
    delivery =
        Histogram.build("chat_delivery_seconds", "From accepted to committed.")
            .labelNames("tenant")
            .buckets(DELIVERY_BUCKETS)
            .register(registry);
    streamSubscribers = gauge("stream_subscribers", "Open streams on this node.");
    streamEvents = counter("stream_events", "Events written to streams.");
    streamDropped =
        counter("stream_dropped_subscribers", "Streams closed because the client read too slowly.");
  }

  private Counter counter(String name, String help) {
    return Counter.build("chat_" + name + "_total", help).labelNames("tenant").register(registry);
  }

  private Gauge gauge(String name, String help) {
    return Gauge.build("chat_" + name, help).labelNames("tenant").register(registry);
  }

  /**
   * Returns the registry of {@code /prometheus}, for collectors that read values on each scrape.
   */
  public CollectorRegistry registry() {
    return registry;
  }

  /** Returns the value of the label {@code tenant}: its id, or {@code other} beyond the limit. */
  public String label(TenantId tenant) {
    return labels.label(tenant);
  }

  /** Returns a tenant's meters, which callers on the hot path keep. */
  public TenantMeters of(TenantId tenant) {
    return byTenant.computeIfAbsent(
        tenant, id -> byLabel.computeIfAbsent(labels.label(id), this::meters));
  }

  private TenantMeters meters(String label) {
    return new TenantMeters(
        accepted.labels(label),
        stored.labels(label),
        retried.labels(label),
        deadLettered.labels(label),
        replayed.labels(label),
        duplicate.labels(label),
        workers.labels(label),
        busyWorkers.labels(label),
        delivery.labels(label),
        streamSubscribers.labels(label),
        streamEvents.labels(label),
        streamDropped.labels(label));
  }

  /** Returns the sums over all tenants of this node. */
  public MetricTotals totals() {
    return MetricTotals.of(byLabel.values(), DELIVERY_BUCKETS);
  }

  /** Removes a deleted tenant's series. */
  public void forget(TenantId tenant) {
    byTenant.remove(tenant);
    if (labels.release(tenant)) {
      byLabel.remove(tenant.toString());
      List.<SimpleCollector<?>>of(
              accepted,
              stored,
              retried,
              deadLettered,
              replayed,
              duplicate,
              workers,
              busyWorkers,
              delivery,
              streamSubscribers,
              streamEvents,
              streamDropped)
          .forEach(collector -> collector.remove(tenant.toString()));
    }
  }
}
