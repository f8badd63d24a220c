package dev.chatmultischema.provisioning;

import dev.chatmultischema.amqp.topology.TenantQueues;
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
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes all that a tenant consists of, and takes it away: its row, its queues, its schema with the
 * partition, and its consumer.
 *
 * <p>A tenant is written down as a deleted one before anything is made for it, and opened last. So
 * whatever fails, a crash included, {@link TenantCleanup} and the {@link TenantJanitor} find what
 * is left by the one rule that what belongs to a deleted tenant goes.
 */
public final class TenantProvisioner {

  private static final Logger LOG = LoggerFactory.getLogger(TenantProvisioner.class);

  private static final Duration CONSUMER_STARTS = Duration.ofSeconds(15);
  private static final Duration CONSUMER_FOLLOWS = Duration.ofSeconds(5);

  private final TenantDao tenants;
  private final TenantAccess access;
  private final TenantPartitions partitions;
  private final TenantQueues queues;
  private final Consumers consumers;
  private final TenantDirectory directory;
  private final TenantCleanup cleanup;

  TenantProvisioner(
      TenantDao tenants,
      TenantAccess access,
      TenantPartitions partitions,
      TenantQueues queues,
      Consumers consumers,
      TenantDirectory directory,
      TenantCleanup cleanup) {
    this.tenants = tenants;
    this.access = access;
    this.partitions = partitions;
    this.queues = queues;
    this.consumers = consumers;
    this.directory = directory;
    this.cleanup = cleanup;
  }

  /**
   * Creates a tenant, and returns once its queues and its partition exist and it is consumed.
   *
   * @throws Unauthenticated if the owner is disabled or deleted
   * @throws BrokerUnavailable if the broker did not answer, or no consumer was up within 15 s
   * @throws DatabaseUnavailable if it took more than a minute until the tenant could be opened
   * @throws org.jdbi.v3.core.JdbiException if the database refused or did not answer; as after
   *     every failure, nobody ever sees the tenant, and what was made of it goes
   */
  public Tenant create(String name, UUID owner, int workers) {
    // Lists are sorted by id: a node whose clock is behind must not add before a reader's position.
    var tenant = TenantId.createdAt(tenants.now());
    if (tenants.reserve(tenant, name, owner, workers) == 0) {
      throw new Unauthenticated();
    }
    try {
      queues.declare(tenant);
      var opened = open(tenant);
      awaitConsumer(tenant);
      return opened;
    } catch (RuntimeException e) {
      cleanup.rollBack(tenant);
      throw e instanceof JdbiException failure ? meaning(failure) : e;
    }
  }

  /** The one constraint that may be violated is that on the owner, who was deleted meanwhile. */
  private static RuntimeException meaning(JdbiException failure) {
    return DatabaseFault.violatedConstraint(failure).isPresent() ? new Unauthenticated() : failure;
  }

  private Tenant open(TenantId tenant) {
    return partitions
        .create(tenant, handle -> handle.attach(TenantDao.class).activate(tenant))
        .orElseThrow(() -> new DatabaseUnavailable("tenant " + tenant + " not opened in a minute"));
  }

  private void awaitConsumer(TenantId tenant) {
    if (!consumers.awaitEverywhere(tenant, true, CONSUMER_STARTS)) {
      throw new BrokerUnavailable(
          String.format(Locale.ROOT, "tenant %s not consumed within %s", tenant, CONSUMER_STARTS),
          null);
    }
  }

  /**
   * Sets how many workers a tenant has if the caller may, and gives this node up to 5 s to follow;
   * empty if there is no such tenant.
   */
  public Optional<Tenant> resize(Caller caller, TenantId tenant, int workers) {
    var resized = access.change(caller, tenant, rows -> rows.setWorkers(tenant, workers));
    directory.invalidate(tenant);
    if (resized.isPresent()) {
      follow(tenant);
    }
    return resized;
  }

  /** What is wanted is written down, so nothing is lost if this node only follows later. */
  private void follow(TenantId tenant) {
    try {
      if (!consumers.awaitHere(tenant, CONSUMER_FOLLOWS)) {
        LOG.info("tenant {} has not got its workers within {}", tenant, CONSUMER_FOLLOWS);
      }
    } catch (JdbiException | BrokerUnavailable e) {
      LOG.warn("tenant {} gets its workers later: {}", tenant, e.getMessage());
    }
  }

  /**
   * Deletes a tenant if the caller may; false if there is no such tenant. Nobody sees it from the
   * moment it is marked; what cannot be taken away at once, since the broker or the database does
   * not answer, goes later.
   */
  public boolean delete(Caller caller, TenantId tenant) {
    var marked = access.change(caller, tenant, rows -> rows.markDeleted(tenant));
    if (marked) {
      cleanup.cleanUp(tenant);
    }
    return marked;
  }
}
