package dev.chatmultischema.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.cluster.Command;
import dev.chatmultischema.cluster.CommandLog;
import dev.chatmultischema.cluster.LivenessTimes;
import dev.chatmultischema.cluster.Receipt;
import dev.chatmultischema.consumer.supervision.ConsumerReport;
import dev.chatmultischema.consumer.supervision.ConsumerSupervisor;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Controls the consumers of all nodes.
 *
 * <p>A change of the desired state is committed first and holds from then on, even if some nodes
 * have not followed it when a method returns.
 */
public final class Consumers {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final ConsumerSupervisor supervisor;
  private final CommandLog commands;
  private final TenantDao tenants;
  private final TenantQueues queues;
  private final Runnable wakeNodes;
  private final ObjectMapper json;

  Consumers(
      ConsumerSupervisor supervisor,
      CommandLog commands,
      TenantDao tenants,
      TenantQueues queues,
      Runnable wakeNodes,
      ObjectMapper json) {
    this.supervisor = supervisor;
    this.commands = commands;
    this.tenants = tenants;
    this.queues = queues;
    this.wakeNodes = wakeNodes;
    this.json = json;
  }

  /**
   * Sets the desired state of tenants, and waits until every node that may be consuming has
   * followed it, has failed to, or has not answered in time.
   *
   * @param task the admin task that requires the change
   * @param concerned the tenants; empty for all
   * @return the receipt of each node
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  public List<Receipt> setDesiredState(String task, Set<TenantId> concerned, DesiredState state)
      throws InterruptedException {
    return execute(
        task,
        concerned,
        LivenessTimes.RECEIPT_REQUIRED_FOR,
        rows -> {
          if (concerned.isEmpty()) {
            rows.updateAllConsumers(state.name());
          }
          concerned.forEach(tenant -> rows.updateConsumer(tenant, state.name()));
        });
  }

  /** Sets a tenant's number of workers; waits and returns as {@link #setDesiredState} does. */
  public List<Receipt> resize(String task, TenantId tenant, int workers)
      throws InterruptedException {
    return execute(
        task,
        Set.of(tenant),
        LivenessTimes.RECEIPT_REQUIRED_FOR,
        rows -> rows.updateWorkers(tenant, workers));
  }

  /**
   * Returns a receipt of every live node, with the reports of its consumers if it succeeded; see
   * {@link #reports}.
   *
   * @param concerned the tenants; empty for all
   */
  public List<Receipt> list(Set<TenantId> concerned) throws InterruptedException {
    return execute(Command.LIST_CONSUMERS, concerned, LivenessTimes.DEAD_AFTER, rows -> {});
  }

  /** Parses the reports in a receipt that {@link #list} returned. */
  public List<ConsumerReport> reports(Receipt receipt) {
    try {
      return json.readValue(receipt.report(), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the number of consumers that are assigned to this node in each actual state. */
  public Map<String, Integer> countByState() {
    return supervisor.countByState();
  }

  private List<Receipt> execute(
      String task, Set<TenantId> concerned, Duration seenWithin, Consumer<TenantDao> change)
      throws InterruptedException {
    int number = concerned.isEmpty() ? tenants.count() : concerned.size();
    var issued =
        commands.issue(
            task, concerned, seenWithin, handle -> change.accept(handle.attach(TenantDao.class)));
    wakeNodes.run();
    return commands.awaitReceipts(issued, LivenessTimes.receiptTimeout(number));
  }

  /**
   * Makes all nodes read the desired state at once, and waits until this node has reached it for
   * the tenant; returns false if the timeout ended before.
   */
  public boolean awaitHere(TenantId tenant, Duration timeout) {
    wakeNodes.run();
    return supervisor.awaitDesiredState(tenant, System.nanoTime() + timeout.toNanos());
  }

  /**
   * Waits as {@link #awaitHere} does, and until the broker has a consumer of the tenant's queue on
   * any node, or has none.
   *
   * @param consumed whether a consumer is awaited, or the end of all
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker is unavailable
   */
  public boolean awaitEverywhere(TenantId tenant, boolean consumed, Duration timeout) {
    wakeNodes.run();
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!supervisor.awaitDesiredState(tenant, deadline)) {
      return false;
    }
    while (queues.query(probe -> probe.consumers(tenant) > 0) != consumed) {
      if (System.nanoTime() - deadline >= 0 || !sleep()) {
        return false;
      }
    }
    return true;
  }

  /** Returns false if the thread was interrupted. */
  private static boolean sleep() {
    try {
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
