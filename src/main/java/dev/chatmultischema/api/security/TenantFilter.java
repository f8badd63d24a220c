package dev.chatmultischema.api.security;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.Problem.FieldError;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.tenant.TenantId;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Optional;

/**
 * Refuses callers who may not use the tenant in {@code X-Tenant-ID}; does not disclose whether the
 * tenant exists.
 */
@Provider
@TenantScoped
@Priority(Priorities.AUTHORIZATION)
public final class TenantFilter implements ContainerRequestFilter {

  public static final String HEADER = "X-Tenant-ID";

  private final TenantDirectory tenants;

  TenantFilter(TenantDirectory tenants) {
    this.tenants = tenants;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    // A method without an @Auth parameter has no caller, and is refused.
    var caller =
        request.getSecurityContext().getUserPrincipal() instanceof Caller known ? known : null;
    var unused = require(tenants, caller, request.getHeaderString(HEADER));
  }

  /**
   * Returns the tenant that the value of {@code X-Tenant-ID} names.
   *
   * @param caller null if the request has none
   * @throws ProblemException 400 {@code tenant_required} without a value, or {@code invalid_tenant}
   *     if the value is no UUID
   * @throws TenantForbidden if there is no caller or no such tenant, or the caller may not use it
   */
  public static TenantId require(TenantDirectory tenants, Caller caller, String header) {
    var tenant = tenantId(header);
    if (caller == null || tenants.find(tenant).filter(caller::mayUse).isEmpty()) {
      throw new TenantForbidden(tenant);
    }
    return tenant;
  }

  private static TenantId tenantId(String header) {
    if (header == null || header.isBlank()) {
      throw new ProblemException(
          Problem.of(
              400,
              "tenant_required",
              "the header " + HEADER + " is required",
              List.of(new FieldError(HEADER, "is required"))));
    }
    return parse(HEADER, header);
  }

  /** Returns the tenant that a header's value names; empty if it is null or no UUID. */
  public static Optional<TenantId> find(String header) {
    return Optional.ofNullable(header).flatMap(StrictUuid::parse).map(TenantId::new);
  }

  /**
   * Parses a tenant's id.
   *
   * @param parameter the name of the parameter that has the text, for the problem
   * @throws ProblemException 400 {@code invalid_tenant} if the text is no UUID
   */
  public static TenantId parse(String parameter, String text) {
    return StrictUuid.parse(text)
        .map(TenantId::new)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.invalidId(
                        "invalid_tenant", parameter, "a tenant's id must be a UUID")));
  }
}
