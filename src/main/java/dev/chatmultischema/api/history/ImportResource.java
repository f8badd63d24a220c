package dev.chatmultischema.api.history;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.history.HistoryImport;
import dev.chatmultischema.history.HistoryImporter;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.provisioning.TenantAccess;
import io.dropwizard.auth.Auth;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Imports the messages of an export into an empty tenant, for admins and the tenant's owner. */
@Tag(name = "Tenants")
@Path("/tenants/{tenant_id}/import")
@Consumes(ExportResource.NDJSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ImportResource {

  private static final Pattern PATH = Pattern.compile("/tenants/[^/]+/import");

  private final TenantAccess access;
  private final HistoryImporter importer;
  private final TaskScheduler scheduler;
  private final ByteBudget memory;

  ImportResource(
      TenantAccess access, HistoryImporter importer, TaskScheduler scheduler, ByteBudget memory) {
    this.access = access;
    this.importer = importer;
    this.scheduler = scheduler;
    this.memory = memory;
  }

  /** Returns whether the resource of a path reads the body itself, while it arrives. */
  public static boolean streamsBodyOf(String path) {
    return PATH.matcher(path).matches();
  }

  /**
   * Stores the messages of the body while it arrives. After an error, those of the lines before are
   * stored, and the same body may be sent again.
   */
  @Operation(operationId = "importTenant", summary = "Import messages into an empty tenant")
  @POST
  @RequestBody(
      content = @Content(mediaType = ExportResource.NDJSON, schema = @Schema(type = "string")))
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = HistoryImport.Imported.class)))
  public void importHistory(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    access.requireManager(caller, tenant);
    memory
        .open(request)
        .closeAfter(request)
        .reserve(HistoryImport.MAX_HELD_BYTES, HistoryImport.MAX_HELD_BYTES);
    new ImportRequest(
            importer.open(tenant, caller),
            () -> access.requireManager(caller, tenant),
            scheduler,
            ServletContextRequest.getServletContextRequest(request),
            response)
        .start();
  }
}
