package dev.chatmultischema.consumer.supervision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.cluster.Command;
import dev.chatmultischema.cluster.LivenessTimes;
import dev.chatmultischema.cluster.Receipt;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the commands for which this node has not written a receipt. A receipt is due once all
 * tenants that the command concerns have reached their desired state here, or, with the reasons of
 * those that have not, once {@link LivenessTimes#commandTimeout} has passed.
 *
 * <p>Not thread-safe, except {@link #write}.
 */
public final class PendingCommands {

  private static final Logger LOG = LoggerFactory.getLogger(PendingCommands.class);
  private static final int MAX_NAMED = 10;

  /** Writes receipts; see {@link dev.chatmultischema.cluster.CommandLog#writeReceipt}. */
  public interface ReceiptWriter {
    void write(Command command, Receipt receipt);
  }

  private final String node;
  private final ReceiptWriter receipts;
  private final ObjectMapper json;
  private final List<Pending> pending = new ArrayList<>();

  public PendingCommands(String node, ReceiptWriter receipts, ObjectMapper json) {
    this.node = node;
    this.receipts = receipts;
    this.json = json;
  }

  /** A command, and the number of its consumers that ran on this node when it was read. */
  private record Pending(Command command, long runningBefore, long deadline) {}

  /** A receipt to write. */
  record DueReceipt(Command command, Receipt receipt) {}

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Adds a command, before the first step that executes it. */
  void add(Command command, Collection<ConsumerSlot> slots) {
    var concerned = concerned(command, slots);
    var timeout = LivenessTimes.commandTimeout(concerned.size());
    pending.add(new Pending(command, running(concerned), System.nanoTime() + timeout.toNanos()));
  }

  private static List<ConsumerSlot> concerned(Command command, Collection<ConsumerSlot> slots) {
    return slots.stream()
        .filter(slot -> !slot.desired().deleted() && command.concerns(slot.desired().tenantId()))
        .toList();
  }

  private static long running(List<ConsumerSlot> slots) {
    return slots.stream().filter(ConsumerSlot::isRunning).count();
  }

  /** Removes the commands whose receipts are due, and returns the receipts. */
  List<DueReceipt> pollDue(Collection<ConsumerSlot> slots) {
    var due = new ArrayList<DueReceipt>();
    pending.removeIf(
        entry -> {
          var concerned = concerned(entry.command, slots);
          if (entry.command.isListing()) {
            return due.add(receipt(entry, true, reports(concerned)));
          }
          var notReady = concerned.stream().filter(slot -> !slot.isReady()).toList();
          if (notReady.isEmpty()) {
            return due.add(receipt(entry, true, summary(entry, concerned)));
          }
          return System.nanoTime() - entry.deadline >= 0
              && due.add(receipt(entry, false, summary(entry, concerned) + reasons(notReady)));
        });
    return due;
  }

  private DueReceipt receipt(Pending entry, boolean succeeded, String report) {
    return new DueReceipt(entry.command, new Receipt(node, succeeded, report));
  }

  private String reports(List<ConsumerSlot> slots) {
    try {
      return json.writeValueAsString(slots.stream().map(ConsumerSlot::report).toList());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String summary(Pending entry, List<ConsumerSlot> concerned) {
    return String.format(
        Locale.ROOT, "%d running here, %d before", running(concerned), entry.runningBefore);
  }

  private static String reasons(List<ConsumerSlot> notReady) {
    return notReady.stream()
        .limit(MAX_NAMED)
        .map(slot -> slot.desired().tenantId() + " " + slot.notReadyReason())
        .collect(
            Collectors.joining(
                "; ",
                String.format(Locale.ROOT, "; %d not in the desired state: ", notReady.size()),
                notReady.size() > MAX_NAMED ? "; …" : ""));
  }

  /** Writes receipts; the issuer of a command reports one that could not be written as missing. */
  void write(List<DueReceipt> due) {
    for (var entry : due) {
      try {
        receipts.write(entry.command, entry.receipt);
      } catch (JdbiException e) {
        LOG.warn(
            "could not write the receipt for {}: {}; not retrying", entry.command, e.getMessage());
      }
    }
  }
}
