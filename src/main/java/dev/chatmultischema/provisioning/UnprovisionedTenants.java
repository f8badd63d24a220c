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
 * Creates the queues, schema, partition and sequence head of tenants whose row was inserted by SQL.
 *
 * <p>Until then a message for such a tenant is accepted and waits in its queue, and its list is
 * refused as that of a tenant that does not exist.
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
   * The tenants that lack what the service creates.
   *
   * @throws JdbiException if the database does not answer
   */
  List<TenantId> find() {
    return tenants.findUnprovisioned();
  }

  /** Creates what tenants lack, each on its own; false if that failed for one of them. */
  boolean provision(List<TenantId> lacking, BooleanSupplier stopped) {
    var all = true;
    for (var tenant : lacking) {
      if (stopped.getAsBoolean()) {
        return false;
      }
      all &= provision(tenant);
    }
    return all;
  }

  /** A tenant that is deleted meanwhile is cleared away by the janitor, as after every deletion. */
  private boolean provision(TenantId tenant) {
    try {
      queues.declare(tenant);
      partitions.create(
          tenant,
          handle -> {
            handle.attach(TenantDao.class).advanceEpoch(tenant);
            return tenant;
          });
      LOG.info("tenant {}, inserted by SQL, has its queues and its partition now", tenant);
      return true;
    } catch (JdbiException | BrokerUnavailable e) {
      LOG.warn(
          "could not provision tenant {}, inserted by SQL: {}; retrying", tenant, e.getMessage());
      return false;
    }
  }
}
