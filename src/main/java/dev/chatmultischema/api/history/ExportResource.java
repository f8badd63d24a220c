package dev.chatmultischema.api.history;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.history.HistoryExporter;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.RequestParameter;
import dev.chatmultischema.provisioning.TenantAccess;
import io.dropwizard.auth.Auth;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;

/** Exports a tenant's messages to admins and the tenant's owner. */
@Tag(name = "Tenants")
@Path("/tenants/{tenant_id}/export")
@Produces(ExportResource.NDJSON)
public final class ExportResource {

  /** The media type of newline-delimited JSON. */
  static final String NDJSON = "application/x-ndjson";

  private final TenantAccess access;
  private final HistoryExporter exporter;
  private final TaskScheduler scheduler;
  private final ByteBudget responses;

  ExportResource(
      TenantAccess access,
      HistoryExporter exporter,
      TaskScheduler scheduler,
      ByteBudget responses) {
    this.access = access;
    this.exporter = exporter;
    this.scheduler = scheduler;
    this.responses = responses;
  }

  /**
   * Responds with the messages after {@code after_seq} that are stored now, by {@code seq}, each on
   * a line. If the export fails after its beginning, the connection is closed without the end of
   * the response.
   */
  @Operation(operationId = "exportTenant", summary = "Export a tenant's messages")
  @GET
  @ApiResponse(
      responseCode = "200",
      content = @Content(mediaType = NDJSON, schema = @Schema(type = "string")))
  public void export(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @QueryParam("after_seq") String afterSeq,
      @Suspended AsyncResponse response,
      @Context HttpServletRequest request,
      @Context HttpServletResponse servletResponse)
      throws IOException {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    long after = RequestParameter.read("after_seq", afterSeq, ExportResource::seq).orElse(0L);
    access.requireManager(caller, tenant);
    // Jersey serves HEAD as GET.
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      response.resume(Response.ok().type(NDJSON).build());
      return;
    }
    var export = exporter.open(tenant, after, caller);
    new ExportResponse(
            export,
            () -> access.requireManager(caller, tenant),
            scheduler,
            responses.open(request).closeAfter(request),
            response,
            request,
            servletResponse)
        .start();
  }

  private static long seq(String text) {
    long seq = RequestParameter.digits(text);
    if (seq == Long.MAX_VALUE) {
      throw new IllegalArgumentException("must be a whole number of at least 0");
    }
    return seq;
  }
}
