package dev.chatmultischema.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.identity.Identity;
import dev.chatmultischema.identity.jwks.VerificationKey;
import dev.chatmultischema.provisioning.TenantIdentities;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Registers a tenant's own issuer of tokens, for admins and the tenant's owner. */
@Tag(name = "Tenants")
@Path("/tenants/{tenant_id}/identity")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class IdentityResource {

  private final TenantIdentities identities;
  private final IdentityRules rules;

  IdentityResource(TenantIdentities identities, IdentityRules rules) {
    this.identities = identities;
    this.rules = rules;
  }

  /** An issuer to register: with the URL of its keys, or with the keys. */
  @JsonSnakeCase
  public record NewIdentity(
      @NotNull String issuer, String jwksUrl, List<Map<String, Object>> keys, String audience) {}

  /** A registered issuer. */
  @JsonSnakeCase
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RegisteredIdentity(
      String issuer, String jwksUrl, List<Map<String, String>> keys, String audience) {

    static RegisteredIdentity of(Identity identity) {
      return new RegisteredIdentity(
          identity.issuer(),
          identity.jwksUrl().map(URI::toString).orElse(null),
          identity.jwksUrl().isPresent()
              ? null
              : identity.keys().keys().stream().map(VerificationKey::json).toList(),
          identity.audience().orElse(null));
    }
  }

  @Operation(operationId = "getIdentity", summary = "Read a tenant's issuer of tokens")
  @GET
  public RegisteredIdentity get(@Auth Caller caller, @PathParam("tenant_id") String tenantId) {
    return identities
        .find(caller, TenantFilter.parse("tenant_id", tenantId))
        .map(RegisteredIdentity::of)
        .orElseThrow(IdentityResource::missing);
  }

  /** Registers an issuer in place of the one before, whose tokens end within seconds. */
  @Operation(operationId = "setIdentity", summary = "Register a tenant's issuer of tokens")
  @PUT
  public RegisteredIdentity put(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @NotNull @Valid NewIdentity identity) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    return RegisteredIdentity.of(identities.put(caller, tenant, rules.check(identity)));
  }

  /** Deletes the registration; tokens of the issuer end within seconds. */
  @Operation(operationId = "deleteIdentity", summary = "Delete a tenant's issuer of tokens")
  @DELETE
  @ApiResponse(responseCode = "204", description = "Deleted")
  public void delete(@Auth Caller caller, @PathParam("tenant_id") String tenantId) {
    if (!identities.delete(caller, TenantFilter.parse("tenant_id", tenantId))) {
      throw missing();
    }
  }

  private static ProblemException missing() {
    return new ProblemException(
        Problem.of(404, "identity_not_found", "the tenant has no issuer of its own"));
  }
}
