package dev.chatmultischema.tenancy;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.TenantFilter;
import dev.chatmultischema.problem.Problem;
import dev.chatmultischema.problem.ProblemException;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.util.function.Predicate;

/**
 * Finds tenants for a caller, as PostgreSQL knows them now, and tells nobody but admins whether a
 * tenant exists.
 */
final class TenantAccess {

  private final TenantDao tenants;

  TenantAccess(TenantDao tenants) {
    this.tenants = tenants;
  }

  /** A tenant that the caller may look at; else a problem, 404 for admins, 403 for all others. */
  Tenant readable(Caller caller, TenantId tenant) {
    return find(caller, tenant, caller::mayUse);
  }

  /** A tenant that the caller may change; else a problem, 404 for admins, 403 for all others. */
  Tenant manageable(Caller caller, TenantId tenant) {
    return find(caller, tenant, caller::mayManage);
  }

  private Tenant find(Caller caller, TenantId tenant, Predicate<Tenant> allowed) {
    return tenants.find(tenant).filter(allowed).orElseThrow(() -> missing(caller));
  }

  /** What a caller is told about a tenant that is not there. */
  static ProblemException missing(Caller caller) {
    return caller.admin()
        ? new ProblemException(Problem.of(404, "tenant_not_found", "there is no such tenant"))
        : TenantFilter.forbidden();
  }
}
