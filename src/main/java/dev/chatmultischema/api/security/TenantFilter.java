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

/**
 * Refuses whoever may not use the tenant in {@code X-Tenant-ID}, and does not tell whether there is
 * such a tenant.
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
    // A method that asks for no caller has none: refused like any other who may not use the tenant.
    var caller =
        request.getSecurityContext().getUserPrincipal() instanceof Caller known ? known : null;
    var unused = require(tenants, caller, request.getHeaderString(HEADER));
  }

  /**
   * Returns the tenant that the value of {@code X-Tenant-ID} names.
   *
   * @param caller null if the request has none
   * @throws ProblemException 400 if the value is no tenant's id
   * @throws TenantForbidden if the caller may not use the tenant, or there is none
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

  /**
   * Reads a tenant's id as given by a client; a problem {@code invalid_tenant} if it is none.
   *
   * @param parameter the name of the parameter that it was given in
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
