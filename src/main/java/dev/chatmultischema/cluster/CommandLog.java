package dev.chatmultischema.cluster;

import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Issues commands to all nodes and collects their receipts. Both are rows in PostgreSQL: a node
 * that missed the wake-up reads a command within {@link LivenessTimes#RECONCILE_INTERVAL}.
 */
public final class CommandLog {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(30);

  private final Jdbi jdbi;
  private final CommandDao commands;

  public CommandLog(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.commands = jdbi.onDemand(CommandDao.class);
  }

  /** A command, and the nodes that must write a receipt. */
  public record IssuedCommand(Command command, Set<String> nodes) {}

  /**
   * Issues a command in one transaction with the change that it announces.
   *
   * @param tenants the tenants that it concerns; empty for all
   * @param seenWithin nodes with a heartbeat within this time must write a receipt
   * @throws org.jdbi.v3.core.JdbiException if nothing was changed and no command issued
   */
  public IssuedCommand issue(
      String task, Set<TenantId> tenants, Duration seenWithin, Consumer<Handle> change) {
    return jdbi.inTransaction(
        handle -> {
          handle.attach(TenantDao.class).lockRevision();
          change.accept(handle);
          var dao = handle.attach(CommandDao.class);
          dao.deleteOlderThan(LivenessTimes.COMMAND_KEPT_FOR.toSeconds());
          var command = dao.insert(task, tenants.stream().map(TenantId::value).toList());
          return new IssuedCommand(command, dao.nodesSeenWithin(seenWithin.toSeconds()));
        });
  }

  /**
   * Waits until every node that must write a receipt has written it, or the timeout ends.
   *
   * @return the receipts, ordered by node, with one of failure for each node that wrote none; a
   *     node that shut down in order meanwhile need not write one
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  public List<Receipt> awaitReceipts(IssuedCommand issued, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      var receipts = commands.receipts(issued.command().revision());
      var missing = missing(issued.nodes(), receipts);
      if (!missing.isEmpty()) {
        missing.retainAll(commands.nodes());
      }
      if (missing.isEmpty()) {
        return receipts;
      }
      if (System.nanoTime() - deadline >= 0) {
        var report = String.format(Locale.ROOT, "no answer within %d s", timeout.toSeconds());
        return Stream.concat(
                receipts.stream(), missing.stream().map(node -> new Receipt(node, false, report)))
            .sorted(Comparator.comparing(Receipt::nodeId))
            .toList();
      }
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
    }
  }

  /**
   * A command and what became of it so far.
   *
   * @param awaited the nodes that must write a receipt and have not
   */
  public record Progress(Command command, List<Receipt> receipts, Set<String> awaited) {}

  /** Returns the revision of the newest command, 0 if there is none. */
  public long newestRevision() {
    return commands.newestRevision();
  }

  /** Returns the progress of the changes after a revision, oldest first; listings are left out. */
  public List<Progress> progress(long revision) {
    var changes = after(revision).stream().filter(command -> !command.isListing()).toList();
    if (changes.isEmpty()) {
      return List.of();
    }
    var nodes = commands.nodesSeenWithin(LivenessTimes.RECEIPT_REQUIRED_FOR.toSeconds());
    return changes.stream()
        .map(
            command -> {
              var receipts = commands.receipts(command.revision());
              return new Progress(command, receipts, missing(nodes, receipts));
            })
        .toList();
  }

  /** Returns the nodes without a receipt. */
  private static Set<String> missing(Set<String> nodes, List<Receipt> receipts) {
    var missing = new TreeSet<>(nodes);
    receipts.forEach(receipt -> missing.remove(receipt.nodeId()));
    return missing;
  }

  /**
   * Returns the commands after a revision, oldest first; those older than 3 minutes are left out.
   */
  public List<Command> after(long revision) {
    return commands.after(revision, LivenessTimes.COMMAND_READ_FOR.toSeconds());
  }

  /** Writes a node's receipt; a second one for the same command changes nothing. */
  public void writeReceipt(Command command, Receipt receipt) {
    commands.insertReceipt(
        command.revision(), receipt.nodeId(), receipt.succeeded(), receipt.report());
  }
}
