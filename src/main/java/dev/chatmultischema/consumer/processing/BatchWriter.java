package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.UnreadableHeaders;
import dev.chatmultischema.consumer.processing.Outcome.Fate;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.InvalidContent;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.MessageBroadcaster;
import dev.chatmultischema.message.MessageStore;
import dev.chatmultischema.tenant.TenantId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;

/** Stores deliveries together, and finds those among them that cannot be. */
public final class BatchWriter {

  /** Tries at once where another transaction got in the way. */
  private static final int MAX_CONFLICTS = 3;

  private final MessageStore store;
  private final MessageBroadcaster broadcaster;

  public BatchWriter(MessageStore store, MessageBroadcaster broadcaster) {
    this.store = store;
    this.broadcaster = broadcaster;
  }

  private record Readable(DecodedDelivery message, Draft draft) {}

  /** Says of each delivery what became of it, in the order given; what is stored is broadcast. */
  List<Outcome> write(TenantId tenant, List<DecodedDelivery> batch) {
    var outcomes = new ArrayList<Outcome>(batch.size());
    var readable = new ArrayList<Readable>(batch.size());
    for (var message : batch) {
      try {
        readable.add(new Readable(message, message.draft()));
      } catch (InvalidContent | UnreadableHeaders e) {
        outcomes.add(new Outcome(message, Fate.DEAD_LETTER, e));
      }
    }
    store(tenant, readable, outcomes);
    return outcomes;
  }

  /** False once the rest need not be tried. */
  private boolean store(TenantId tenant, List<Readable> batch, List<Outcome> outcomes) {
    if (batch.isEmpty()) {
      return true;
    }
    try {
      stored(batch, append(tenant, batch), outcomes);
      return true;
    } catch (JdbiException e) {
      return switch (DatabaseFault.of(e)) {
        case OUTAGE, MISSING -> {
          failed(batch, Fate.NOT_NOW, e, outcomes);
          yield false;
        }
        case CONFLICT, REFUSED -> failedOrSplit(tenant, batch, Fate.RETRY, e, outcomes);
        case INVALID -> failedOrSplit(tenant, batch, Fate.DEAD_LETTER, e, outcomes);
      };
    }
  }

  private List<Message> append(TenantId tenant, List<Readable> batch) {
    var drafts = batch.stream().map(Readable::draft).toList();
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

  private static void stored(List<Readable> batch, List<Message> stored, List<Outcome> outcomes) {
    var fresh = new HashSet<UUID>(stored.size() * 2);
    stored.forEach(message -> fresh.add(message.messageId()));
    for (var entry : batch) {
      // Of two with one id in a batch, the first was stored.
      var fate = fresh.remove(entry.draft.messageId()) ? Fate.STORED : Fate.DUPLICATE;
      outcomes.add(Outcome.of(entry.message, fate));
    }
  }

  /** One message in a batch is enough to fail it: the guilty one is found by halves, in order. */
  private boolean failedOrSplit(
      TenantId tenant, List<Readable> batch, Fate fate, Exception cause, List<Outcome> outcomes) {
    if (batch.size() == 1) {
      failed(batch, fate, cause, outcomes);
      return true;
    }
    var first = batch.subList(0, batch.size() / 2);
    var second = batch.subList(batch.size() / 2, batch.size());
    if (store(tenant, first, outcomes)) {
      return store(tenant, second, outcomes);
    }
    failed(second, Fate.NOT_NOW, cause, outcomes);
    return false;
  }

  private static void failed(
      List<Readable> batch, Fate fate, Exception cause, List<Outcome> outcomes) {
    batch.forEach(entry -> outcomes.add(new Outcome(entry.message, fate, cause)));
  }
}
