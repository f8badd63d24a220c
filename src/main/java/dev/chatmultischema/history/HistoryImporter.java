package dev.chatmultischema.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.tenant.TenantId;
import org.jdbi.v3.core.Jdbi;

/** Opens imports of histories into empty tenants. */
public final class HistoryImporter {

  private final ImportStore store;
  private final SecurityEvents events;
  private final LineParser parser;

  public HistoryImporter(Jdbi jdbi, SecurityEvents events, ObjectMapper json) {
    this.store = new ImportStore(jdbi);
    this.events = events;
    this.parser = new LineParser(json);
  }

  /**
   * Opens an import, or one that goes on.
   *
   * @throws ImportRefused if the tenant has messages that were not imported
   * @throws dev.chatmultischema.tenant.TenantMissing if there is no such tenant
   */
  public HistoryImport open(TenantId tenant) {
    store.requireImportable(tenant);
    return new HistoryImport(store, parser, tenant);
  }

  /** Opens an import as {@link #open} does, and records who writes the history. */
  public HistoryImport open(TenantId tenant, Caller caller) {
    var opened = open(tenant);
    events.record(
        SecurityEvent.of(EventType.HISTORY_IMPORTED, "import begun")
            .by(caller.userId())
            .on(tenant));
    return opened;
  }
}
