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
 * Removes the consumer, queues, schema and metrics of deleted tenants. Every step may be repeated,
 * and runs whether or not the previous steps succeeded.
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

  /**
   * Tenants whose creation failed with an unknown outcome: the activation may have been committed
   * although the connection was lost. These tenants must not exist.
   */
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
   * Stops a deleted tenant's consumer, on any node, after its running batch, and removes the
   * queues, the schema and the metrics.
   *
   * <p>A consumer that does not stop within 10 s holds locks on the partition until its batch is
   * committed, which delays the drop. The broker cancels it when the queue is deleted.
   *
   * @return whether queues and schema are removed
   */
  boolean cleanUp(TenantId tenant) {
    evict(tenant);
    attempt("consumer", tenant, () -> consumers.awaitEverywhere(tenant, false, CONSUMER_STOPS));
    var queuesGone = attempt("queues", tenant, () -> removed(() -> queues.delete(tenant)));
    var schemaGone = attempt("schema", tenant, () -> removed(() -> partitions.drop(tenant)));
    metrics.forget(tenant);
    return queuesGone && schemaGone;
  }

  /** Removes a deleted tenant from the cache and the metrics of this node. */
  void evict(TenantId tenant) {
    directory.invalidate(tenant);
    metrics.forget(tenant);
  }

  /**
   * Removes the resources of a tenant whose creation failed. An outage does not cause an exception;
   * the janitor then removes the resources.
   */
  void rollBack(TenantId tenant) {
    attempt(
        "reservation",
        tenant,
        () -> {
          unresolved.add(tenant);
          var wasActive = resolve(tenant);
          if (cleanUp(tenant) && !wasActive) {
            tenants.cancelReservation(tenant);
          }
          return true;
        });
    if (unresolved.size() > MAX_UNRESOLVED) {
      LOG.error("tenant {} may exist although its creation failed; delete it if so", tenant);
      unresolved.remove(tenant);
    }
  }

  /**
   * Marks each tenant as deleted whose creation failed with an unknown outcome.
   *
   * @throws JdbiException if the database is unavailable
   */
  void resolveUnknownOutcomes() {
    unresolved.forEach(this::resolve);
  }

  /**
   * Restricts partitions that nodes of an earlier version have created, as during an upgrade.
   *
   * @throws JdbiException if the database is unavailable
   */
  void restrictPartitions() {
    int restricted = partitions.restrictExisting();
    if (restricted > 0) {
      LOG.info("restricted the access to {} partitions of tenants", restricted);
    }
  }

  /** Returns whether the activation had been committed. */
  private boolean resolve(TenantId tenant) {
    var wasActive = tenants.markDeleted(tenant);
    unresolved.remove(tenant);
    return wasActive;
  }

  private interface Step {
    /** Returns false if the step timed out. */
    boolean run();
  }

  private static boolean removed(Runnable removal) {
    removal.run();
    return true;
  }

  private static boolean attempt(String resource, TenantId tenant, Step step) {
    try {
      var completed = step.run();
      if (!completed) {
        LOG.info(
            "timed out removing the {} of deleted tenant {}; retrying later", resource, tenant);
      }
      return completed;
    } catch (JdbiException | BrokerUnavailable e) {
      LOG.info(
          "could not remove the {} of deleted tenant {}: {}; retrying later",
          resource,
          tenant,
          e.getMessage());
      return false;
    }
  }
}
