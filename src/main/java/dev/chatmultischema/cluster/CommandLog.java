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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Gives orders to all nodes and collects their receipts, by way of PostgreSQL: a node that missed a
 * wake-up finds an order by itself within a second or two.
 */
public final class CommandLog {

  private static final Duration POLL = Duration.ofMillis(30);

  private final Jdbi jdbi;
  private final CommandDao orders;

  public CommandLog(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.orders = jdbi.onDemand(CommandDao.class);
  }

  /** An order with the nodes that have to answer it. */
  public record Given(Command order, Set<String> nodes) {}

  /**
   * Gives an order, in one transaction with what it changes.
   *
   * @param tenants none for all of them
   * @param seen how long ago a node may have been seen last that has to answer
   * @throws org.jdbi.v3.core.JdbiException if nothing was changed and nothing ordered
   */
  public Given give(String task, Set<TenantId> tenants, Duration seen, Consumer<Handle> change) {
    return jdbi.inTransaction(
        handle -> {
          handle.attach(TenantDao.class).lockEpoch();
          change.accept(handle);
          var dao = handle.attach(CommandDao.class);
          dao.forgetOld();
          var order = dao.insert(task, array(tenants));
          return new Given(order, dao.seenWithin(seen.toSeconds()));
        });
  }

  private static String array(Set<TenantId> tenants) {
    return tenants.stream().map(TenantId::toString).collect(Collectors.joining(",", "{", "}"));
  }

  /**
   * Waits until every node that has to has answered, or the time is over.
   *
   * @return the receipts, by node, with one of no success for who did not answer; a node that left
   *     in order meanwhile has nothing to answer
   * @throws org.jdbi.v3.core.JdbiException if the database does not answer
   */
  public List<Receipt> await(Given given, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      var receipts = orders.receipts(given.order().epoch());
      var silent = new TreeSet<>(given.nodes());
      receipts.forEach(receipt -> silent.remove(receipt.nodeId()));
      if (!silent.isEmpty()) {
        silent.retainAll(orders.nodes());
      }
      if (silent.isEmpty()) {
        return receipts;
      }
      if (System.nanoTime() - deadline >= 0) {
        var lacking = String.format(Locale.ROOT, "no answer within %d s", timeout.toSeconds());
        return Stream.concat(
                receipts.stream(), silent.stream().map(node -> new Receipt(node, false, lacking)))
            .sorted(Comparator.comparing(Receipt::nodeId))
            .toList();
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  /** CommandLog given after another one, oldest first; those of the last minutes only. */
  public List<Command> after(long epoch) {
    return orders.after(epoch);
  }

  /** Writes this node's receipt; a second one for the same order changes nothing. */
  public void answer(Command order, Receipt receipt) {
    orders.answer(order.epoch(), receipt.nodeId(), receipt.succeeded(), receipt.report());
  }
}
