package dev.chatmultischema.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.util.Locale;
import org.jdbi.v3.core.Jdbi;

/** Opens exports of tenants' histories. */
public final class HistoryExporter {

  private final MessageDao messages;
  private final SecurityEvents events;
  private final HistoryLines lines;

  public HistoryExporter(Jdbi jdbi, SecurityEvents events, ObjectMapper json) {
    this.messages = new MessageDao(jdbi);
    this.events = events;
    this.lines = new HistoryLines(json);
  }

  /**
   * Opens an export of the messages after a {@code seq} that are stored now.
   *
   * @throws TenantMissing if there is no such tenant
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  public HistoryExport open(TenantId tenant, long afterSeq) {
    var head = messages.head(tenant).orElseThrow(() -> new TenantMissing(tenant));
    return new HistoryExport(messages, lines, tenant, afterSeq, head);
  }

  /** Opens an export as {@link #open} does, and records who reads the history. */
  public HistoryExport open(TenantId tenant, long afterSeq, Caller caller) {
    var export = open(tenant, afterSeq);
    events.record(
        SecurityEvent.of(
                EventType.HISTORY_EXPORTED,
                String.format(Locale.ROOT, "export of seq %d to %d", afterSeq + 1, export.head()))
            .by(caller.userId())
            .on(tenant));
    return export;
  }
}
