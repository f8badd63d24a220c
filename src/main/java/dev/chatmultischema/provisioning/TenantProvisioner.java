package dev.chatmultischema.provisioning;

import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.Unauthenticated;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.database.DatabaseUnavailable;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, resizes and deletes tenants. A tenant consists of its row, its queues, its schema with
 * the partition, and its consumer.
 *
 * <p>A tenant is first inserted with the mark of a deleted one, and activated last. So after any
 * failure, a crash included, {@link TenantCleanup} and {@link TenantJanitor} remove the resources
 * by one rule: deleted tenants have none.
 */
public final class TenantProvisioner {

  private static final Logger LOG = LoggerFactory.getLogger(TenantProvisioner.class);

  private static final Duration CONSUMER_START_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration RESIZE_TIMEOUT = Duration.ofSeconds(5);

  private final TenantReservation reservation;
  private final TenantAccess access;
  private final TenantPartitions partitions;
  private final TenantQueues queues;
  private final Consumers consumers;
  private final TenantDirectory directory;
  private final TenantCleanup cleanup;
  private final SecurityEvents events;

  TenantProvisioner(
      TenantReservation reservation,
      TenantAccess access,
      TenantPartitions partitions,
      TenantQueues queues,
      Consumers consumers,
      TenantDirectory directory,
      TenantCleanup cleanup,
      SecurityEvents events) {
    this.reservation = reservation;
    this.access = access;
    this.partitions = partitions;
    this.queues = queues;
    this.consumers = consumers;
    this.directory = directory;
    this.cleanup = cleanup;
    this.events = events;
  }

  /**
   * Creates a tenant, and returns once its queues and its partition exist and a consumer runs.
   * After a failure the tenant does not exist, and its resources are removed.
   *
   * @throws Unauthenticated if the owner is disabled or deleted
   * @throws TenantCreationForbidden if the owner may not create tenants
   * @throws dev.chatmultischema.limits.LimitExceeded if the owner has as many tenants as allowed
   * @throws BrokerUnavailable if the broker did not respond, or no consumer started within 15 s
   * @throws DatabaseUnavailable if the tenant could not be activated within a minute
   * @throws org.jdbi.v3.core.JdbiException if a statement failed
   */
  public Tenant create(Caller owner, String name, int workers) {
    var tenant = reservation.reserve(owner, name, workers);
    try {
      queues.declare(tenant);
      var created = activate(tenant);
      awaitConsumer(tenant);
      return created;
    } catch (RuntimeException e) {
      cleanup.rollBack(tenant);
      throw e instanceof JdbiException failure ? classify(failure) : e;
    }
  }

  /** Maps a violated constraint: it can only be that on the owner, who was deleted meanwhile. */
  private static RuntimeException classify(JdbiException failure) {
    return DatabaseFault.violatedConstraint(failure).isPresent() ? new Unauthenticated() : failure;
  }

  private Tenant activate(TenantId tenant) {
    return partitions
        .create(tenant, handle -> handle.attach(TenantDao.class).activate(tenant))
        .orElseThrow(
            () ->
                new DatabaseUnavailable(
                    "tenant " + tenant + " not activated within a minute of its reservation"));
  }

  private void awaitConsumer(TenantId tenant) {
    if (!consumers.awaitEverywhere(tenant, true, CONSUMER_START_TIMEOUT)) {
      throw new BrokerUnavailable(
          String.format(
              Locale.ROOT,
              "no consumer of tenant %s within %d s",
              tenant,
              CONSUMER_START_TIMEOUT.toSeconds()),
          null);
    }
  }

  /**
   * Sets the number of a tenant's workers, and waits up to 5 s until this node has resized the
   * tenant's consumer.
   *
   * @return the tenant, or empty if it was deleted meanwhile
   * @throws Unauthenticated if the caller is disabled or deleted
   * @throws TenantNotFound if there is no such tenant and the caller is an admin
   * @throws dev.chatmultischema.auth.TenantForbidden if there is no such tenant and the caller is
   *     no admin, or the caller may not change it
   */
  public Optional<Tenant> resize(Caller caller, TenantId tenant, int workers) {
    var resized =
        access.change(
            caller, tenant, handle -> handle.attach(TenantDao.class).setWorkers(tenant, workers));
    directory.invalidate(tenant);
    if (resized.isPresent()) {
      awaitResize(tenant);
    }
    return resized;
  }

  /** Waits for the resize. The desired state is stored, so a failure only delays the change. */
  private void awaitResize(TenantId tenant) {
    try {
      if (!consumers.awaitHere(tenant, RESIZE_TIMEOUT)) {
        LOG.info(
            "consumer of tenant {} not resized within {} s; it will be resized later",
            tenant,
            RESIZE_TIMEOUT.toSeconds());
      }
    } catch (JdbiException | BrokerUnavailable e) {
      LOG.warn(
          "could not await the resize of tenant {}: {}; its consumer will be resized later",
          tenant,
          e.getMessage());
    }
  }

  /**
   * Deletes a tenant. The tenant is hidden from then on; resources that cannot be removed, since
   * the broker or the database is unavailable, are removed later.
   *
   * @return false if the tenant was deleted meanwhile
   * @throws Unauthenticated if the caller is disabled or deleted
   * @throws TenantNotFound if there is no such tenant and the caller is an admin
   * @throws dev.chatmultischema.auth.TenantForbidden if there is no such tenant and the caller is
   *     no admin, or the caller may not change it
   */
  public boolean delete(Caller caller, TenantId tenant) {
    var deletion =
        SecurityEvent.of(EventType.TENANT_DELETED, "deleted").by(caller.userId()).on(tenant);
    var marked =
        access.change(
            caller,
            tenant,
            handle -> {
              var found = handle.attach(TenantDao.class).markDeleted(tenant);
              if (found) {
                events.record(handle, deletion);
              }
              return found;
            });
    if (marked) {
      cleanup.cleanUp(tenant);
    }
    return marked;
  }
}
