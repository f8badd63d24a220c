package dev.chatmultischema.api.history;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.history.Eraser;
import dev.chatmultischema.history.Erasure;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.provisioning.TenantAccess;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;

/** Erases a sender's messages from a tenant, for admins and the tenant's owner. */
@Tag(name = "Tenants")
@Path("/tenants/{tenant_id}/erasures")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ErasureResource {

  private final TenantAccess access;
  private final Eraser eraser;

  ErasureResource(TenantAccess access, Eraser eraser) {
    this.access = access;
    this.eraser = eraser;
  }

  /** An erasure to begin. */
  @JsonSnakeCase
  public record NewErasure(@NotNull UUID senderId) {}

  /** Begins an erasure, and responds with its receipt, which shows the progress later. */
  @Operation(operationId = "eraseSender", summary = "Erase the contents of a sender's messages")
  @POST
  @ApiResponse(
      responseCode = "202",
      content = @Content(schema = @Schema(implementation = Erasure.class)))
  public Response erase(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @NotNull @Valid NewErasure request) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    var erasure =
        access
            .change(
                caller,
                tenant,
                handle -> eraser.request(handle, tenant, request.senderId(), caller.userId()))
            .orElseThrow(() -> TenantAccess.missing(caller, tenant));
    eraser.announce();
    return Response.accepted(erasure)
        .location(URI.create("/tenants/" + tenant + "/erasures/" + erasure.erasureId()))
        .build();
  }

  /** Returns the receipt of an erasure; 404 {@code erasure_not_found} if there is none. */
  @Operation(operationId = "getErasure", summary = "Read the receipt of an erasure")
  @GET
  @Path("/{erasure_id}")
  public Erasure get(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @PathParam("erasure_id") String erasureId) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    var id = StrictUuid.parse(erasureId);
    return access
        .change(caller, tenant, handle -> id.flatMap(known -> eraser.find(handle, tenant, known)))
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(404, "erasure_not_found", "there is no such erasure")));
  }
}
