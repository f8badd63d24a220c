package dev.chatmultischema.auth;

import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.http.request.RequestOwners;
import dev.chatmultischema.tenant.TenantDirectory;
import java.util.Optional;

/** Charges request bodies to the tenant they are for, and to the user where they name none. */
public final class BodyOwners implements RequestOwners {

  private final JwtTokens tokens;
  private final JwtAuthenticator callers;
  private final TenantDirectory tenants;

  public BodyOwners(JwtTokens tokens, JwtAuthenticator callers, TenantDirectory tenants) {
    this.tokens = tokens;
    this.callers = callers;
    this.tenants = tenants;
  }

  @Override
  public Optional<Object> signedBy(String authorization) {
    return Optional.ofNullable(BearerFilter.token(authorization))
        .flatMap(tokens::verify)
        .map(JwtTokens.Claims::userId);
  }

  @Override
  public Object require(String authorization, String tenant) {
    var caller = callers.require(authorization);
    try {
      return tenant == null
          ? caller.user().userId()
          : TenantFilter.require(tenants, caller, tenant);
    } catch (ProblemException notTheirs) {
      // Not every route looks at the header.
      return caller.user().userId();
    }
  }
}
