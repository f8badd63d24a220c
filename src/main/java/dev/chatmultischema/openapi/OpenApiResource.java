package dev.chatmultischema.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Supplier;

/** Serves the description of the service; a client that has it already is told so. */
@Path("/")
public final class OpenApiResource {

  /** RFC 9512. */
  private static final String YAML = "application/yaml";

  private final Supplier<ApiDocument> document;

  OpenApiResource(Supplier<ApiDocument> document) {
    this.document = document;
  }

  @GET
  @Path("/openapi.json")
  @Produces(MediaType.APPLICATION_JSON)
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = JsonNode.class)))
  public Response json(@Context Request request) {
    return answer(request, document.get().json());
  }

  @GET
  @Path("/openapi.yaml")
  @Produces(YAML)
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = String.class)))
  public Response yaml(@Context Request request) {
    return answer(request, document.get().yaml());
  }

  private static Response answer(Request request, ApiDocument.Form form) {
    return Optional.ofNullable(request.evaluatePreconditions(form.tag()))
        .orElseGet(() -> Response.ok(form.bytes()))
        .tag(form.tag())
        .header("Cache-Control", "no-cache")
        .build();
  }
}
