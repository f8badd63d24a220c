package dev.chatmultischema.provisioning;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.limits.Limits;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.tenant.TenantPartitions;
import io.dropwizard.core.setup.Environment;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jdbi.v3.core.Jdbi;

/** The {@code provisioning} section: who may create tenants, and their default workers. */
public final class ProvisioningFactory {

  @Min(Tenant.MIN_WORKERS)
  @Max(Tenant.MAX_WORKERS)
  private int workers = 3;

  @NotNull private Creators creators = Creators.ALL;

  /** The users who may create tenants. */
  @JsonProperty
  public Creators getCreators() {
    return creators;
  }

  @JsonProperty
  public void setCreators(Creators creators) {
    this.creators = creators;
  }

  /** The number of workers of a tenant that is created without a number, 1 to 64. */
  @JsonProperty
  public int getWorkers() {
    return workers;
  }

  @JsonProperty
  public void setWorkers(int workers) {
    this.workers = workers;
  }

  /** Builds the provisioner, and a janitor that starts with the service. */
  public TenantProvisioner build(
      Environment environment,
      Jdbi jdbi,
      OwnerDatabase owner,
      TenantQueues queues,
      Consumers consumers,
      TenantDirectory tenants,
      Limits limits,
      ChatMetrics metrics,
      SecurityEvents events) {
    var rows = jdbi.onDemand(TenantDao.class);
    var partitions = new TenantPartitions(owner);
    var access = new TenantAccess(jdbi);
    var cleanup = new TenantCleanup(rows, partitions, queues, consumers, tenants, metrics);
    var provisioner =
        new TenantProvisioner(
            new TenantReservation(jdbi, creators, limits),
            access,
            partitions,
            queues,
            consumers,
            tenants,
            cleanup,
            events);
    environment
        .lifecycle()
        .manage(
            new TenantJanitor(
                jdbi,
                rows,
                cleanup,
                new UnprovisionedTenants(
                    owner.jdbi().onDemand(TenantDao.class), partitions, queues)));
    return provisioner;
  }
}
