package dev.chatmultischema.provisioning;

import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what deleted tenants have left behind. Every step may be repeated, and each is tried
 * whether or not those before it worked.
 */
final class TenantCleanup {

  private static final Logger LOG = LoggerFactory.getLogger(TenantCleanup.class);

  private static final Duration CONSUMER_STOPS = Duration.ofSeconds(10);
  private static final int MAX_UNRESOLVED = 10_000;

  private final TenantDao tenants;
  private final TenantPartitions partitions;
  private final TenantQueues queues;
  private final Consumers consumers;
  private final TenantDirectory directory;
  private final ChatMetrics metrics;

  /** Tenants that must not exist, though a commit whose answer was lost may have opened them. */
  private final Set<TenantId> unresolved = ConcurrentHashMap.newKeySet();

  TenantCleanup(
      TenantDao tenants,
      TenantPartitions partitions,
      TenantQueues queues,
      Consumers consumers,
      TenantDirectory directory,
      ChatMetrics metrics) {
    this.tenants = tenants;
    this.partitions = partitions;
    this.queues = queues;
    this.consumers = consumers;
    this.directory = directory;
    this.metrics = metrics;
  }

  /**
   * Stops a deleted tenant's consumer, on whichever node, which finishes its running batch, and
   * removes queues, schema and metrics; true if nothing is left.
   *
   * <p>A consumer that does not stop in time keeps the partition from going until its batch is
   * committed, and later finds no queue to take from.
   */
  boolean cleanUp(TenantId tenant) {
    evict(tenant);
    attempt("consumer", tenant, () -> consumers.awaitEverywhere(tenant, false, CONSUMER_STOPS));
    var queuesGone = attempt("queues", tenant, () -> removed(() -> queues.delete(tenant)));
    var schemaGone = attempt("schema", tenant, () -> removed(() -> partitions.drop(tenant)));
    metrics.forget(tenant);
    return queuesGone && schemaGone;
  }

  /** Forgets what this node has in memory of a deleted tenant. */
  void evict(TenantId tenant) {
    directory.invalidate(tenant);
    metrics.forget(tenant);
  }

  /** Gives up the creation of a tenant, whatever was made of it; never fails. */
  void rollBack(TenantId tenant) {
    attempt(
        "reservation",
        tenant,
        () -> {
          unresolved.add(tenant);
          var wasOpen = resolve(tenant);
          if (cleanUp(tenant) && !wasOpen) {
            tenants.cancelReservation(tenant);
          }
          return true;
        });
    if (unresolved.size() > MAX_UNRESOLVED) {
      LOG.error("tenant {} may exist, though its creation was answered with an error", tenant);
      unresolved.remove(tenant);
    }
  }

  /** Makes sure that none of the tenants exists whose creation was given up in an outage. */
  void resolveAbandoned() {
    unresolved.forEach(this::resolve);
  }

  private boolean resolve(TenantId tenant) {
    var wasOpen = tenants.markDeleted(tenant);
    unresolved.remove(tenant);
    return wasOpen;
  }

  private interface Step {
    boolean done();
  }

  private static boolean removed(Runnable removal) {
    removal.run();
    return true;
  }

  private static boolean attempt(String what, TenantId tenant, Step step) {
    try {
      var done = step.done();
      if (!done) {
        LOG.info("{} of deleted tenant {} took too long, goes later", what, tenant);
      }
      return done;
    } catch (JdbiException | BrokerUnavailable e) {
      LOG.info("{} of deleted tenant {} goes later: {}", what, tenant, e.getMessage());
      return false;
    }
  }
}
