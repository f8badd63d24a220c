package dev.chatmultischema.api;

import dev.chatmultischema.accounts.Name;
import dev.chatmultischema.api.security.OpenToExternalMembers;
import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.provisioning.TenantAccess;
import dev.chatmultischema.provisioning.TenantProvisioner;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.AccountText;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;

/**
 * Creates, reads, resizes and deletes tenants. Admins may access all tenants, owners their own;
 * members may read theirs.
 */
@Tag(name = "Tenants")
@Path("/tenants")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class TenantResource {

  private final TenantDao tenants;
  private final TenantAccess access;
  private final TenantProvisioner provisioner;
  private final int defaultWorkers;

  TenantResource(
      TenantDao tenants, TenantAccess access, TenantProvisioner provisioner, int defaultWorkers) {
    this.tenants = tenants;
    this.access = access;
    this.provisioner = provisioner;
    this.defaultWorkers = defaultWorkers;
  }

  /** A tenant to create; the number of workers is the configured one if it is null. */
  @JsonSnakeCase
  public record NewTenant(
      @NotNull @Name String tenantName,
      @Min(Tenant.MIN_WORKERS) @Max(Tenant.MAX_WORKERS) Integer workers) {

    /** Brings the name into the form in which it is stored. */
    public NewTenant {
      tenantName = AccountText.name(tenantName);
    }
  }

  /** The new number of a tenant's workers. */
  public record Workers(
      @NotNull @Min(Tenant.MIN_WORKERS) @Max(Tenant.MAX_WORKERS) Integer workers) {}

  /** A page of tenants; its cursor continues behind it, also at the end of the list. */
  @JsonSnakeCase
  public record TenantPage(List<Tenant> data, String nextCursor, boolean hasMore) {}

  /**
   * Creates a tenant, and responds once its queues, partition and consumer exist. After an error
   * the tenant does not exist.
   */
  @Operation(operationId = "createTenant", summary = "Create a tenant")
  @POST
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = Tenant.class)))
  public Response create(@Auth Caller caller, @NotNull @Valid NewTenant tenant) {
    int workers = tenant.workers() == null ? defaultWorkers : tenant.workers();
    var created = provisioner.create(caller, tenant.tenantName(), workers);
    return Response.created(URI.create("/tenants/" + created.tenantId())).entity(created).build();
  }

  /** Returns the tenants that the caller owns or is a member of; for admins, all tenants. */
  @Operation(operationId = "listTenants", summary = "List tenants")
  @GET
  public TenantPage list(
      @Auth Caller caller, @QueryParam("cursor") String cursor, @QueryParam("limit") String limit) {
    var page =
        IdPage.read(
            cursor,
            limit,
            (after, max) ->
                tenants.page(new TenantId(after), caller.userId(), caller.isAdmin(), max),
            tenant -> tenant.tenantId().value());
    return new TenantPage(page.rows(), page.next().toString(), page.hasMore());
  }

  @Operation(operationId = "getTenant", summary = "Read a tenant")
  @GET
  @Path("/{tenant_id}")
  @OpenToExternalMembers
  public Tenant get(@Auth Caller caller, @PathParam("tenant_id") String tenantId) {
    return access.readable(caller, TenantFilter.parse("tenant_id", tenantId));
  }

  /** Changes the number of a tenant's workers; every node applies it within seconds. */
  @Operation(operationId = "resizeTenant", summary = "Set the number of a tenant's workers")
  @PUT
  @Path("/{tenant_id}")
  public Tenant resize(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @NotNull @Valid Workers request) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    return provisioner
        .resize(caller, tenant, request.workers())
        .orElseThrow(() -> TenantAccess.missing(caller, tenant));
  }

  /**
   * Resizes as {@link #resize} does, under a second path. A path pattern for both would hide {@code
   * GET} and {@code DELETE} of the first (JAX-RS 3.1, section 3.7.2).
   */
  @Operation(
      operationId = "resizeTenantConcurrency",
      summary = "Set the number of a tenant's workers (alternative path)")
  @PUT
  @Path("/{tenant_id}/config/concurrency")
  public Tenant resizeUnderAlias(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @NotNull @Valid Workers request) {
    return resize(caller, tenantId, request);
  }

  /**
   * Deletes a tenant: stops its consumer on any node, then removes its queues and schema. If this
   * is not possible now, the response is the same, and the service removes them later.
   */
  @Operation(operationId = "deleteTenant", summary = "Delete a tenant and all its messages")
  @DELETE
  @Path("/{tenant_id}")
  @ApiResponse(responseCode = "204", description = "Deleted")
  public void delete(@Auth Caller caller, @PathParam("tenant_id") String tenantId) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    if (!provisioner.delete(caller, tenant)) {
      throw TenantAccess.missing(caller, tenant);
    }
  }
}
