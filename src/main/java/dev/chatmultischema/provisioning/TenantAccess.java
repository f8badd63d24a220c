package dev.chatmultischema.provisioning;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.CurrentCaller;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Authorizes access to tenants by their current rows in PostgreSQL. Only admins can determine
 * whether a tenant exists.
 */
public final class TenantAccess {

  private final Jdbi jdbi;
  private final TenantDao tenants;

  public TenantAccess(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.tenants = jdbi.onDemand(TenantDao.class);
  }

  /**
   * Returns a tenant that the caller may read.
   *
   * @throws TenantNotFound if there is no such tenant and the caller is an admin
   * @throws TenantForbidden if there is no such tenant and the caller is no admin, or the caller
   *     may not read it
   */
  public Tenant readable(Caller caller, TenantId tenant) {
    return tenants.find(tenant).filter(caller::mayUse).orElseThrow(() -> missing(caller, tenant));
  }

  /**
   * Requires that the caller may manage a tenant.
   *
   * @throws dev.chatmultischema.auth.Unauthenticated if the caller is disabled or deleted
   * @throws TenantNotFound if there is no such tenant and the caller is an admin
   * @throws TenantForbidden if there is no such tenant and the caller is no admin, or the caller
   *     may not manage it
   */
  public void requireManager(Caller caller, TenantId tenant) {
    var unused = change(caller, tenant, handle -> tenant);
  }

  /**
   * Changes a tenant in the transaction that authorizes the caller.
   *
   * @throws dev.chatmultischema.auth.Unauthenticated if the caller is disabled or deleted
   * @throws TenantNotFound if there is no such tenant and the caller is an admin
   * @throws TenantForbidden if there is no such tenant and the caller is no admin, or the caller
   *     may not change it
   */
  public <T> T change(Caller caller, TenantId tenant, Function<Handle, T> work) {
    return jdbi.inTransaction(
        handle -> {
          var current = CurrentCaller.read(handle, caller);
          if (handle.attach(TenantDao.class).find(tenant).filter(current::mayManage).isEmpty()) {
            throw missing(current, tenant);
          }
          return work.apply(handle);
        });
  }

  /**
   * Runs work on a tenant for an admin, in the transaction that authorizes the caller.
   *
   * @return what the work returns, which is empty if there is no such tenant
   * @throws dev.chatmultischema.auth.Unauthenticated if the caller is disabled or deleted
   * @throws TenantNotFound if there is no such tenant
   * @throws TenantForbidden if the caller is no admin
   */
  public <T> T administer(Caller caller, TenantId tenant, Function<Handle, Optional<T>> work) {
    return jdbi.inTransaction(
        handle -> {
          if (!CurrentCaller.read(handle, caller).isAdmin()) {
            throw new TenantForbidden(tenant);
          }
          if (handle.attach(TenantDao.class).find(tenant).isEmpty()) {
            throw new TenantNotFound(tenant);
          }
          return work.apply(handle).orElseThrow(() -> new TenantNotFound(tenant));
        });
  }

  /** Returns the exception for a tenant that does not exist or is not visible to the caller. */
  public static RuntimeException missing(Caller caller, TenantId tenant) {
    return caller.isAdmin() ? new TenantNotFound(tenant) : new TenantForbidden(tenant);
  }
}
