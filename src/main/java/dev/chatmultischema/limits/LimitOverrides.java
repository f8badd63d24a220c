package dev.chatmultischema.limits;

import dev.chatmultischema.tenant.TenantId;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/** Stores what an admin sets for a tenant; every node applies it within about a second. */
public final class LimitOverrides {

  private final TenantLimits configured;
  private final Runnable wakeNodes;

  LimitOverrides(TenantLimits configured, Runnable wakeNodes) {
    this.configured = configured;
    this.wakeNodes = wakeNodes;
  }

  /** Returns what a tenant with these overrides may use. */
  public TenantLimits effective(Overrides overrides) {
    return configured.with(overrides);
  }

  /** Returns the overrides of a tenant as stored now. */
  public Overrides find(Handle handle, TenantId tenant) {
    return handle.attach(OverrideDao.class).find(tenant).orElse(Overrides.NONE);
  }

  /**
   * Changes the overrides of a tenant in a transaction of the caller; after its commit the caller
   * calls {@link #announce}.
   *
   * @return the new overrides; empty if there is no such tenant
   */
  public Optional<Overrides> change(
      Handle handle, TenantId tenant, UnaryOperator<Overrides> change) {
    var dao = handle.attach(OverrideDao.class);
    dao.lockRevision();
    var changed = change.apply(find(handle, tenant));
    return dao.store(tenant, changed) > 0 ? Optional.of(changed) : Optional.empty();
  }

  /** Wakes all nodes, so that they read a change at once; they would within seconds anyway. */
  public void announce() {
    wakeNodes.run();
  }
}
