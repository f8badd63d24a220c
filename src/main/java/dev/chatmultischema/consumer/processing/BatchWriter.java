package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.UnreadableHeaders;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.InvalidContent;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.MessageBroadcaster;
import dev.chatmultischema.tenant.TenantId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;

/** Stores deliveries in one transaction, and finds those that make it fail. */
public final class BatchWriter {

  /** A conflict with another transaction is retried at once, up to this number of attempts. */
  private static final int MAX_CONFLICTS = 3;

  /** Stores messages, all or none; see {@link dev.chatmultischema.message.MessageStore}. */
  public interface Store {
    List<Message> append(TenantId tenant, List<Draft> drafts);
  }

  private final Store store;
  private final MessageBroadcaster broadcaster;
  private final OutcomePolicy policy;

  public BatchWriter(Store store, MessageBroadcaster broadcaster, OutcomePolicy policy) {
    this.store = store;
    this.broadcaster = broadcaster;
    this.policy = policy;
  }

  private record Entry(DecodedDelivery delivery, Draft draft) {}

  /**
   * Stores the deliveries and broadcasts the new messages; returns each delivery's outcome, those
   * of undecodable deliveries first, the others in input order.
   */
  List<Outcome> write(TenantId tenant, List<DecodedDelivery> batch) {
    var outcomes = new ArrayList<Outcome>(batch.size());
    var entries = new ArrayList<Entry>(batch.size());
    for (var delivery : batch) {
      try {
        entries.add(new Entry(delivery, delivery.draft()));
      } catch (InvalidContent | UnreadableHeaders e) {
        outcomes.add(policy.undecodable(delivery, e));
      }
    }
    store(tenant, entries, outcomes);
    return outcomes;
  }

  /**
   * Returns the outage that ended the attempt, after which the rest must not be tried; or empty.
   */
  private Optional<JdbiException> store(
      TenantId tenant, List<Entry> batch, List<Outcome> outcomes) {
    if (batch.isEmpty()) {
      return Optional.empty();
    }
    try {
      addStored(batch, append(tenant, batch), outcomes);
      return Optional.empty();
    } catch (JdbiException e) {
      if (policy.isOutage(e)) {
        addFailed(batch, e, outcomes);
        return Optional.of(e);
      }
      if (batch.size() == 1) {
        addFailed(batch, e, outcomes);
        return Optional.empty();
      }
      return storeHalves(tenant, batch, outcomes);
    }
  }

  private List<Message> append(TenantId tenant, List<Entry> batch) {
    var drafts = batch.stream().map(Entry::draft).toList();
    for (int conflicts = 1; ; conflicts++) {
      try {
        var stored = store.append(tenant, drafts);
        broadcaster.broadcast(tenant, stored);
        return stored;
      } catch (JdbiException e) {
        if (DatabaseFault.of(e) != DatabaseFault.CONFLICT || conflicts == MAX_CONFLICTS) {
          throw e;
        }
      }
    }
  }

  /** Isolates a message that makes its batch fail, by storing the halves of the batch in order. */
  private Optional<JdbiException> storeHalves(
      TenantId tenant, List<Entry> batch, List<Outcome> outcomes) {
    var first = batch.subList(0, batch.size() / 2);
    var second = batch.subList(batch.size() / 2, batch.size());
    var outage = store(tenant, first, outcomes);
    if (outage.isEmpty()) {
      return store(tenant, second, outcomes);
    }
    addFailed(second, outage.get(), outcomes);
    return outage;
  }

  private static void addStored(List<Entry> batch, List<Message> stored, List<Outcome> outcomes) {
    if (stored.size() == batch.size()) {
      batch.forEach(entry -> outcomes.add(new Outcome.Stored(entry.delivery)));
      return;
    }
    var newIds = new HashSet<UUID>(stored.size() * 2);
    stored.forEach(message -> newIds.add(message.messageId()));
    for (var entry : batch) {
      // Of two deliveries with one id in a batch, the first was stored.
      outcomes.add(
          newIds.remove(entry.draft.messageId())
              ? new Outcome.Stored(entry.delivery)
              : new Outcome.Duplicate(entry.delivery));
    }
  }

  private void addFailed(List<Entry> batch, JdbiException cause, List<Outcome> outcomes) {
    batch.forEach(entry -> outcomes.add(policy.notStored(entry.delivery, cause)));
  }
}
