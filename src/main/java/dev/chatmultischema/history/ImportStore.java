package dev.chatmultischema.history;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Stores imported messages under their own {@code seq}. The lock on the tenant's head orders
 * imports and messages from the queue; a tenant with any message from the queue takes no import.
 */
final class ImportStore {

  private static final String INSERT =
      """
      INSERT INTO %s (tenant_id, message_id, seq, sender_id, created_at, payload)
      SELECT :tenant, message_id, seq, sender_id,
        timestamptz 'epoch' + created_ms * interval '1 millisecond', payload::jsonb
      FROM unnest(:ids, :seqs, :senders, :times, :contents)
        AS i (message_id, seq, sender_id, created_ms, payload)
      """;

  /**
   * Begins an epoch if the history does not begin with 1, so that open streams do not wait for 1.
   */
  private static final String ADVANCE_HEAD =
      """
      UPDATE tenant_heads
      SET head_seq = :last,
        epoch = epoch + CASE WHEN head_seq = 0 AND :first > 1 THEN 1 ELSE 0 END
      WHERE tenant_id = :tenant
      """;

  private static final String ADVANCE =
      """
      INSERT INTO tenant_histories AS h (tenant_id, first_seq, imported_seq)
      VALUES (:tenant, :first, :last)
      ON CONFLICT (tenant_id) DO UPDATE
      SET imported_seq = :last,
        first_seq = CASE h.imported_seq WHEN 0 THEN :first ELSE h.first_seq END
      """;

  private static final String ADD_SENDERS =
      """
      INSERT INTO external_members (tenant_id, user_id, sub, name)
      VALUES (:tenant, :id, :sub, :name)
      ON CONFLICT (tenant_id, user_id) DO NOTHING
      """;

  private final Jdbi jdbi;

  ImportStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The numbers of stored messages, and of those that were stored before. */
  record Stored(int added, int known, long head) {}

  /**
   * Stores messages in their order, all or those before the first that is refused. Messages that
   * the import has stored before are skipped.
   *
   * @throws ImportRefused if a message is refused; those before it are stored
   * @throws TenantMissing if there is no such tenant
   * @throws JdbiException if the database is unavailable; nothing was stored then
   */
  Stored store(TenantId tenant, List<ImportedMessage> messages) {
    try {
      return storeTogether(tenant, messages);
    } catch (JdbiException e) {
      if (isOutage(e)) {
        throw e;
      }
    }
    // One of them cannot be stored: those before it can be, one by one.
    int added = 0;
    int known = 0;
    long head = 0;
    for (var message : messages) {
      try {
        var stored = storeTogether(tenant, List.of(message));
        added += stored.added();
        known += stored.known();
        head = stored.head();
      } catch (JdbiException e) {
        if (isOutage(e)) {
          throw e;
        }
        throw ImportRefused.invalidLine(message.line(), reason(e));
      }
    }
    return new Stored(added, known, head);
  }

  /**
   * Requires that a tenant has no message, or only imported ones.
   *
   * @throws ImportRefused if it has others
   * @throws TenantMissing if there is no such tenant
   */
  void requireImportable(TenantId tenant) {
    jdbi.useTransaction(
        handle -> {
          TenantContext.enter(handle, tenant);
          requireImportable(handle, tenant, lockedHead(handle, tenant));
        });
  }

  private static void requireImportable(Handle handle, TenantId tenant, long head) {
    if (head != importedSeq(handle, tenant)) {
      throw ImportRefused.notEmpty("the tenant has messages that were not imported");
    }
  }

  private static boolean isOutage(JdbiException failure) {
    return switch (DatabaseFault.of(failure)) {
      case OUTAGE, MISSING -> true;
      case CONFLICT, INVALID, REFUSED -> false;
    };
  }

  private static String reason(JdbiException failure) {
    return DatabaseFault.of(failure) == DatabaseFault.CONFLICT
        ? "message_id is that of a message with another seq"
        : "the database refuses this message";
  }

  private Stored storeTogether(TenantId tenant, List<ImportedMessage> messages) {
    var result =
        jdbi.inTransaction(
            handle -> {
              TenantContext.enter(handle, tenant);
              long head = lockedHead(handle, tenant);
              requireImportable(handle, tenant, head);
              int known = skipKnown(handle, tenant, messages, head);
              var rest = messages.subList(known, messages.size());
              int valid = consecutive(rest, head);
              if (valid > 0) {
                insert(handle, tenant, rest.subList(0, valid));
              }
              return new Result(known, valid, head);
            });
    int next = result.known + result.added;
    long head = result.added == 0 ? result.head : messages.get(next - 1).seq();
    if (next < messages.size()) {
      var refused = messages.get(next);
      throw ImportRefused.invalidLine(
          refused.line(),
          String.format(
              Locale.ROOT, "seq must be %d, one more than that of the message before", head + 1));
    }
    return new Stored(result.added, result.known, head);
  }

  private record Result(int known, int added, long head) {}

  private static long lockedHead(Handle handle, TenantId tenant) {
    return handle
        .createQuery("SELECT head_seq FROM tenant_heads WHERE tenant_id = :tenant FOR UPDATE")
        .bind("tenant", tenant.value())
        .mapTo(long.class)
        .findFirst()
        .orElseThrow(() -> new TenantMissing(tenant));
  }

  private static long importedSeq(Handle handle, TenantId tenant) {
    return handle
        .createQuery("SELECT imported_seq FROM tenant_histories WHERE tenant_id = :tenant")
        .bind("tenant", tenant.value())
        .mapTo(long.class)
        .findFirst()
        .orElse(0L);
  }

  /**
   * Returns the number of leading messages that are stored; refuses other messages in their place.
   */
  private static int skipKnown(
      Handle handle, TenantId tenant, List<ImportedMessage> messages, long head) {
    int count = (int) messages.stream().takeWhile(message -> message.seq() <= head).count();
    if (count == 0) {
      return 0;
    }
    Map<Long, UUID> stored = new HashMap<>();
    handle
        .createQuery(
            String.format(
                Locale.ROOT,
                "SELECT seq, message_id FROM %s WHERE seq = ANY (:seqs)",
                tenant.partition()))
        .bindArray(
            "seqs",
            Long.class,
            messages.subList(0, count).stream().map(ImportedMessage::seq).toList())
        .map((row, context) -> Map.entry(row.getLong(1), row.getObject(2, UUID.class)))
        .forEach(entry -> stored.put(entry.getKey(), entry.getValue()));
    for (var message : messages.subList(0, count)) {
      var id = stored.get(message.seq());
      // A message that is not there has expired since.
      if (id != null && !id.equals(message.messageId())) {
        throw ImportRefused.otherMessage(message.line(), message.seq());
      }
    }
    return count;
  }

  /** Returns the number of leading messages with consecutive {@code seq} after the head. */
  private static int consecutive(List<ImportedMessage> messages, long head) {
    // The beginning of a history may have been deleted before the export.
    long previous = head == 0 && !messages.isEmpty() ? messages.get(0).seq() - 1 : head;
    int count = 0;
    while (count < messages.size() && messages.get(count).seq() == previous + 1) {
      previous++;
      count++;
    }
    return count;
  }

  private static void insert(Handle handle, TenantId tenant, List<ImportedMessage> messages) {
    handle
        .createUpdate(String.format(Locale.ROOT, INSERT, tenant.partition()))
        .bind("tenant", tenant.value())
        .bindArray("ids", UUID.class, messages.stream().map(ImportedMessage::messageId).toList())
        .bindArray("seqs", Long.class, messages.stream().map(ImportedMessage::seq).toList())
        .bindArray(
            "senders", UUID.class, messages.stream().map(ImportedMessage::senderId).toArray())
        .bindArray(
            "times",
            Long.class,
            messages.stream().map(message -> message.createdAt().toEpochMilli()).toList())
        .bindArray(
            "contents",
            String.class,
            messages.stream().map(message -> message.content().json()).toList())
        .execute();
    long first = messages.get(0).seq();
    long last = messages.get(messages.size() - 1).seq();
    handle
        .createUpdate(ADVANCE_HEAD)
        .bind("first", first)
        .bind("last", last)
        .bind("tenant", tenant.value())
        .execute();
    handle
        .createUpdate(ADVANCE)
        .bind("tenant", tenant.value())
        .bind("first", first)
        .bind("last", last)
        .execute();
    addSenders(handle, tenant, messages);
  }

  private static void addSenders(Handle handle, TenantId tenant, List<ImportedMessage> messages) {
    var named = new HashMap<UUID, ImportedMessage>();
    messages.stream()
        .filter(message -> message.sender() != null)
        .forEach(message -> named.putIfAbsent(message.senderId(), message));
    if (named.isEmpty()) {
      return;
    }
    var batch = handle.prepareBatch(ADD_SENDERS);
    named.forEach(
        (id, message) ->
            batch
                .bind("tenant", tenant.value())
                .bind("id", id)
                .bind("sub", message.sender().sub())
                .bind("name", message.sender().name())
                .add());
    var unused = batch.execute();
  }
}
