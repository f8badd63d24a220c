package dev.chatmultischema.provisioning;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.CurrentCaller;
import dev.chatmultischema.auth.TenantFilter;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/**
 * Finds tenants for a caller, as PostgreSQL knows them now, and tells nobody but admins whether a
 * tenant exists.
 */
public final class TenantAccess {

  private final Jdbi jdbi;
  private final TenantDao tenants;

  public TenantAccess(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.tenants = jdbi.onDemand(TenantDao.class);
  }

  /** A tenant that the caller may look at; else a problem, 404 for admins, 403 for all others. */
  public Tenant readable(Caller caller, TenantId tenant) {
    return tenants.find(tenant).filter(caller::mayUse).orElseThrow(() -> missing(caller));
  }

  /**
   * Changes a tenant in one transaction with reading whether the caller, as it is now, may do so;
   * else a problem, 401 if the caller is disabled or gone, 404 for admins, 403 for all others.
   */
  <T> T change(Caller caller, TenantId tenant, Function<TenantDao, T> work) {
    return jdbi.inTransaction(
        handle -> {
          var current = CurrentCaller.read(handle, caller);
          var rows = handle.attach(TenantDao.class);
          var unused =
              rows.find(tenant).filter(current::mayManage).orElseThrow(() -> missing(current));
          return work.apply(rows);
        });
  }

  /** What a caller is told about a tenant that is not there. */
  public static ProblemException missing(Caller caller) {
    return caller.admin()
        ? new ProblemException(Problem.of(404, "tenant_not_found", "there is no such tenant"))
        : TenantFilter.forbidden();
  }
}
