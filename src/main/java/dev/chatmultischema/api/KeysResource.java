package dev.chatmultischema.api;

import com.google.common.hash.Hashing;
import dev.chatmultischema.auth.Jwk;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Publishes the public keys of tokens, so that other services can verify them; needs no
 * authentication. Secrets are not published.
 */
@Tag(name = "Authentication")
@Path("/.well-known/jwks.json")
@Produces(MediaType.APPLICATION_JSON)
public final class KeysResource {

  /** A removed key is used by others for at most this time. */
  private static final String CACHE_CONTROL = "public, max-age=300";

  private final JwkSet keys;
  private final EntityTag tag;

  KeysResource(List<Jwk> keys) {
    this.keys = new JwkSet(keys);
    this.tag =
        new EntityTag(
            Hashing.sha256().hashString(keys.toString(), StandardCharsets.UTF_8).toString());
  }

  /** A JWK set (RFC 7517, section 5). */
  public record JwkSet(List<Jwk> keys) {}

  /** Returns the public keys; 304 to a conditional request with the current tag. */
  @Operation(operationId = "getKeys", summary = "Read the public keys of tokens")
  @GET
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = JwkSet.class)))
  public Response get(@Context Request request) {
    return Optional.ofNullable(request.evaluatePreconditions(tag))
        .orElseGet(() -> Response.ok(keys))
        .tag(tag)
        .header(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL)
        .build();
  }
}
