package dev.chatmultischema.tenant;

import org.jdbi.v3.core.Handle;

/** The setting of PostgreSQL by which row-level security shows the rows of one tenant. */
public final class TenantContext {

  private TenantContext() {}

  /** Makes the rows of a tenant visible until the end of the transaction, in a round trip. */
  public static void enter(Handle handle, TenantId tenant) {
    handle
        .createQuery("SELECT set_config('chat.tenant', :tenant, TRUE)")
        .bind("tenant", tenant.toString())
        .mapTo(String.class)
        .one();
  }
}
