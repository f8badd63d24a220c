package dev.chatmultischema.provisioning;

import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provisions tenants whose rows were inserted by SQL: creates the queues, the schema with the
 * partition, and the head of each.
 *
 * <p>Before that, a published message is accepted and waits in the tenant's queue; queries are
 * refused like those for a tenant that does not exist.
 */
final class UnprovisionedTenants {

  private static final Logger LOG = LoggerFactory.getLogger(UnprovisionedTenants.class);

  private final TenantDao tenants;
  private final TenantPartitions partitions;
  private final TenantQueues queues;

  UnprovisionedTenants(TenantDao tenants, TenantPartitions partitions, TenantQueues queues) {
    this.tenants = tenants;
    this.partitions = partitions;
    this.queues = queues;
  }

  /**
   * Returns the tenants that have no partition and no head.
   *
   * @throws JdbiException if the database is unavailable
   */
  List<TenantId> find() {
    return tenants.findUnprovisioned();
  }

  /**
   * Provisions tenants one by one.
   *
   * @param stopped returns whether to stop; called before each tenant
   * @return false if one of them failed or was not reached
   */
  boolean provision(List<TenantId> unprovisioned, BooleanSupplier stopped) {
    var all = true;
    for (var tenant : unprovisioned) {
      if (stopped.getAsBoolean()) {
        return false;
      }
      all &= provision(tenant);
    }
    return all;
  }

  /** Provisions a tenant. If it is deleted meanwhile, the janitor removes its resources. */
  private boolean provision(TenantId tenant) {
    try {
      queues.declare(tenant);
      partitions.create(
          tenant,
          handle -> {
            handle.attach(TenantDao.class).advanceRevision(tenant);
            return tenant;
          });
      LOG.info("provisioned tenant {}, which was inserted by SQL", tenant);
      return true;
    } catch (JdbiException | BrokerUnavailable e) {
      LOG.warn(
          "could not provision tenant {}, which was inserted by SQL: {}; retrying",
          tenant,
          e.getMessage());
      return false;
    }
  }
}
