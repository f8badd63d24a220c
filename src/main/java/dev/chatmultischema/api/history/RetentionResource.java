package dev.chatmultischema.api.history;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.history.HistoryFactory;
import dev.chatmultischema.history.Retention;
import dev.chatmultischema.history.Retentions;
import dev.chatmultischema.provisioning.TenantAccess;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Shows and sets the retention of a tenant's messages, for admins and the tenant's owner. */
@Tag(name = "Tenants")
@Path("/tenants/{tenant_id}/retention")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class RetentionResource {

  private final TenantAccess access;
  private final Retentions retentions;

  RetentionResource(TenantAccess access, Retentions retentions) {
    this.access = access;
    this.retentions = retentions;
  }

  /** A retention to set; null keeps all messages. */
  @JsonSnakeCase
  public record NewRetention(@Min(1) @Max(HistoryFactory.MAX_DAYS) Integer retentionDays) {}

  /** Returns the retention that applies to a tenant. */
  @Operation(operationId = "getRetention", summary = "Read the retention of a tenant's messages")
  @GET
  public Retention get(@Auth Caller caller, @PathParam("tenant_id") String tenantId) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    return access.change(caller, tenant, handle -> retentions.find(handle, tenant));
  }

  /** Sets the retention of a tenant; messages are deleted within the configured interval. */
  @Operation(operationId = "setRetention", summary = "Set the retention of a tenant's messages")
  @PUT
  public Retention set(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @NotNull @Valid NewRetention retention) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    return access.change(
        caller,
        tenant,
        handle -> retentions.set(handle, tenant, retention.retentionDays(), caller.userId()));
  }
}
