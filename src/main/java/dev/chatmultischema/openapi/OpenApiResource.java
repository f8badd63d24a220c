package dev.chatmultischema.openapi;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Supplier;

/** Serves the OpenAPI document; responds 304 to a conditional request with the current tag. */
@Tag(name = "Service")
@Path("/")
public final class OpenApiResource {

  /** RFC 9512. */
  private static final String YAML = "application/yaml";

  private final Supplier<ApiDocument> document;

  OpenApiResource(Supplier<ApiDocument> document) {
    this.document = document;
  }

  @Operation(operationId = "openApiJson", summary = "Read this document as JSON")
  @GET
  @Path("/openapi.json")
  @Produces(MediaType.APPLICATION_JSON)
  public Response json(@Context Request request) {
    return respond(request, document.get().json());
  }

  @Operation(operationId = "openApiYaml", summary = "Read this document as YAML")
  @GET
  @Path("/openapi.yaml")
  @Produces(YAML)
  public Response yaml(@Context Request request) {
    return respond(request, document.get().yaml());
  }

  private static Response respond(Request request, ApiDocument.Form form) {
    return Optional.ofNullable(request.evaluatePreconditions(form.tag()))
        .orElseGet(() -> Response.ok(form.bytes()))
        .tag(form.tag())
        .header("Cache-Control", "no-cache")
        .build();
  }
}
