package dev.chatmultischema.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.accounts.Accounts;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.auth.PasswordHashing;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.provisioning.TenantAccess;
import dev.chatmultischema.provisioning.TenantCleanup;
import dev.chatmultischema.provisioning.TenantJanitor;
import dev.chatmultischema.provisioning.TenantProvisioner;
import dev.chatmultischema.provisioning.UnprovisionedTenants;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.tenant.TenantPartitions;
import dev.chatmultischema.user.UserDao;
import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.core.setup.Environment;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.glassfish.jersey.server.ServerProperties;
import org.jdbi.v3.core.Jdbi;

/** The {@code tenants} section. */
public final class TenancyFactory {

  @Min(Tenant.MIN_WORKERS)
  @Max(Tenant.MAX_WORKERS)
  private int workers = 3;

  /** How many lanes a tenant has that was created without a number, 1 to 64. */
  @JsonProperty
  public int getWorkers() {
    return workers;
  }

  @JsonProperty
  public void setWorkers(int workers) {
    this.workers = workers;
  }

  /** Serves {@code /tenants} and {@code /users}, and keeps clearing away deleted tenants. */
  public TenantProvisioner build(
      Environment environment,
      Jdbi jdbi,
      TenantQueues queues,
      Consumers consumers,
      TenantDirectory tenants,
      UserDirectory users,
      PasswordHashing passwords,
      ChatMetrics metrics) {
    var rows = jdbi.onDemand(TenantDao.class);
    var partitions = new TenantPartitions(jdbi);
    var access = new TenantAccess(jdbi);
    var cleanup = new TenantCleanup(rows, partitions, queues, consumers, tenants, metrics);
    var provisioner =
        new TenantProvisioner(rows, access, partitions, queues, consumers, tenants, cleanup);
    environment
        .lifecycle()
        .manage(
            new TenantJanitor(
                jdbi, rows, cleanup, new UnprovisionedTenants(rows, partitions, queues)));

    var jersey = environment.jersey();
    // Behind a proxy the service does not know its own address: Location stays a reference relative
    // to that of the request (RFC 9110, section 10.2.2).
    jersey.property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
    jersey.register(new TenantResource(rows, access, provisioner, workers));
    jersey.register(
        new UserResource(jdbi.onDemand(UserDao.class), new Accounts(jdbi, users, passwords)));
    return provisioner;
  }
}
