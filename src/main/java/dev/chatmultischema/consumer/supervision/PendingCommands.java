package dev.chatmultischema.consumer.supervision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.cluster.Command;
import dev.chatmultischema.cluster.CommandLog;
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
 * CommandLog that this node has not answered yet: each is answered once all that it is about is as
 * wanted here, or with what is lacking, where that takes too long.
 *
 * <p>Not for use by several threads at once.
 */
public final class PendingCommands {

  private static final Logger LOG = LoggerFactory.getLogger(PendingCommands.class);
  private static final int MAX_NAMED = 10;

  private final String node;
  private final CommandLog commands;
  private final ObjectMapper json;
  private final List<Open> open = new ArrayList<>();

  public PendingCommands(String node, CommandLog commands, ObjectMapper json) {
    this.node = node;
    this.commands = commands;
    this.json = json;
  }

  /** An command on its way, with how many consumers of it ran here when it came. */
  private record Open(Command command, long ranBefore, long deadline) {}

  /** A receipt that is to be written. */
  record Answer(Command command, Receipt receipt) {}

  boolean isOpen() {
    return !open.isEmpty();
  }

  /** Takes in an command, before it is followed. */
  void take(Command command, Collection<ConsumerSlot> slots) {
    var about = about(command, slots);
    long ran = about.stream().filter(ConsumerSlot::runs).count();
    var patience = LivenessTimes.commandTimeout(about.size());
    open.add(new Open(command, ran, System.nanoTime() + patience.toNanos()));
  }

  private static List<ConsumerSlot> about(Command command, Collection<ConsumerSlot> slots) {
    return slots.stream()
        .filter(slot -> !slot.wanted().deleted() && command.concerns(slot.wanted().tenantId()))
        .toList();
  }

  /** Closes every command that can be answered now. */
  List<Answer> due(Collection<ConsumerSlot> slots) {
    var due = new ArrayList<Answer>();
    open.removeIf(
        entry -> {
          var about = about(entry.command, slots);
          if (entry.command.isListing()) {
            return due.add(answer(entry, true, list(about)));
          }
          var lacking = about.stream().filter(slot -> !slot.settled()).toList();
          if (lacking.isEmpty()) {
            return due.add(answer(entry, true, summary(entry, about)));
          }
          return System.nanoTime() - entry.deadline >= 0
              && due.add(answer(entry, false, summary(entry, about) + lack(lacking)));
        });
    return due;
  }

  private Answer answer(Open entry, boolean succeeded, String report) {
    return new Answer(entry.command, new Receipt(node, succeeded, report));
  }

  private String list(List<ConsumerSlot> slots) {
    try {
      return json.writeValueAsString(slots.stream().map(ConsumerSlot::report).toList());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String summary(Open entry, List<ConsumerSlot> about) {
    return String.format(
        Locale.ROOT,
        "%d running here, %d before",
        about.stream().filter(ConsumerSlot::runs).count(),
        entry.ranBefore);
  }

  private static String lack(List<ConsumerSlot> lacking) {
    return lacking.stream()
        .limit(MAX_NAMED)
        .map(slot -> slot.wanted().tenantId() + " " + slot.lack())
        .collect(
            Collectors.joining(
                "; ",
                String.format(Locale.ROOT, "; %d not as wanted: ", lacking.size()),
                lacking.size() > MAX_NAMED ? "; …" : ""));
  }

  /** Writes receipts; one that cannot be written is missed by whoever gave the command. */
  void write(List<Answer> answers) {
    for (var answer : answers) {
      try {
        commands.writeReceipt(answer.command, answer.receipt);
      } catch (JdbiException e) {
        LOG.warn("no receipt for {}: {}", answer.command, e.getMessage());
      }
    }
  }
}
