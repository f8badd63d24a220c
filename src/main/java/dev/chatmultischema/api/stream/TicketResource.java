package dev.chatmultischema.api.stream;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.api.security.TenantScoped;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.stream.access.StreamGrant;
import dev.chatmultischema.stream.access.StreamTickets;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;

/** Issues tickets for streams. */
@Tag(name = "Messages")
@Path("/messages/stream/tickets")
@TenantScoped
@Produces(MediaType.APPLICATION_JSON)
public final class TicketResource {

  private final StreamTickets tickets;

  TicketResource(StreamTickets tickets) {
    this.tickets = tickets;
  }

  /** A ticket for {@code GET /messages/stream?ticket=…}, single-use, valid until it expires. */
  @JsonSnakeCase
  public record NewTicket(String ticket, Instant expiresAt) {}

  /** Issues a ticket; its stream closes when the token of this request expires. */
  @Operation(operationId = "createStreamTicket", summary = "Create a ticket for a stream")
  @POST
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = NewTicket.class)))
  public Response issue(@Auth Caller caller, @HeaderParam(TenantFilter.HEADER) TenantId tenant) {
    var ticket = tickets.issue(StreamGrant.of(caller, tenant));
    return Response.status(Response.Status.CREATED)
        .header("Cache-Control", "no-store")
        .entity(new NewTicket(ticket.ticket(), ticket.expiresAt()))
        .build();
  }
}
