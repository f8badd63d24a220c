package dev.chatmultischema.history;

import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.tenant.TenantId;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads and sets the retention of tenants. */
public final class Retentions {

  private static final String FIND =
      """
      SELECT CASE WHEN retention_set THEN retention_days ELSE CAST(:default AS integer) END,
        first_seq
      FROM tenant_histories
      WHERE tenant_id = :tenant
      """;

  private static final String SET =
      """
      INSERT INTO tenant_histories (tenant_id, retention_set, retention_days)
      VALUES (:tenant, TRUE, :days)
      ON CONFLICT (tenant_id) DO UPDATE
      SET retention_set = TRUE, retention_days = :days
      """;

  private final Optional<Integer> defaultDays;
  private final SecurityEvents events;

  Retentions(Optional<Integer> defaultDays, SecurityEvents events) {
    this.defaultDays = defaultDays;
    this.events = events;
  }

  /** Returns the retention of a tenant, which is the configured one if it has none of its own. */
  public Retention find(Handle handle, TenantId tenant) {
    return handle
        .createQuery(FIND)
        .bind("default", defaultDays.orElse(null))
        .bind("tenant", tenant.value())
        .map((row, context) -> new Retention(row.getObject(1, Integer.class), row.getLong(2)))
        .findFirst()
        .orElseGet(() -> new Retention(defaultDays.orElse(null), 1));
  }

  /**
   * Sets the retention of a tenant in place of the configured one.
   *
   * @param days null to keep all messages
   * @param actor the user who sets it
   */
  public Retention set(Handle handle, TenantId tenant, Integer days, UUID actor) {
    handle.createUpdate(SET).bind("tenant", tenant.value()).bind("days", days).execute();
    events.record(
        handle,
        SecurityEvent.of(
                EventType.RETENTION_CHANGED,
                days == null ? "messages are kept" : "messages are deleted after days: " + days)
            .by(actor)
            .on(tenant));
    return find(handle, tenant);
  }
}
