package dev.chatmultischema.api.security;

import dev.chatmultischema.auth.BearerCredentials;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.http.limits.BudgetKeyResolver;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.tenant.TenantDirectory;
import java.util.Optional;

/** Resolves the budget key of a request from its bearer token and {@code X-Tenant-ID}. */
public final class TokenBudgetKeys implements BudgetKeyResolver {

  private final JwtAuthenticator authenticator;
  private final TenantDirectory tenants;

  public TokenBudgetKeys(JwtAuthenticator authenticator, TenantDirectory tenants) {
    this.authenticator = authenticator;
    this.tenants = tenants;
  }

  @Override
  public Optional<Object> resolveSigned(String authorization, String tenant) {
    return BearerCredentials.of(authorization, TenantFilter.find(tenant))
        .flatMap(authenticator::budgetKey);
  }

  @Override
  public Object resolve(String authorization, String tenant) {
    var caller = authenticator.require(authorization, TenantFilter.find(tenant));
    try {
      return tenant == null
          ? caller.user().userId()
          : TenantFilter.require(tenants, caller, tenant);
    } catch (ProblemException | TenantForbidden unusable) {
      // TenantFilter refuses the header on tenant-scoped routes; all other routes ignore it.
      return caller.user().userId();
    }
  }
}
