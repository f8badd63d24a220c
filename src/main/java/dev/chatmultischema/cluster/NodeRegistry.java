package dev.chatmultischema.cluster;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.logging.FailureReason;
import dev.chatmultischema.logging.OutageLog;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the list of nodes that are alive: each node writes a heartbeat to its row in PostgreSQL
 * every second, and is dead to the others after five seconds without one.
 *
 * <p>The lists of two nodes may differ for some seconds. That suffices to spread work; something
 * else, here the broker's single active consumer, must prevent that work is done twice.
 */
public final class NodeRegistry implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(NodeRegistry.class);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

  private final String node;
  private final UUID instance = UUID.randomUUID();
  private final NodeDao nodes;
  private final BooleanSupplier canConsume;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final PeriodicTask heartbeats =
      new PeriodicTask(
          "node-registry",
          Duration.ZERO,
          LivenessTimes.HEARTBEAT_INTERVAL,
          this::writeHeartbeatOrLog);

  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not write the heartbeat of this node",
          "retrying in " + LivenessTimes.HEARTBEAT_INTERVAL.toSeconds() + " s",
          "writing the heartbeat of this node again");

  private volatile Supplier<String> report = () -> null;
  private Set<String> previous = Set.of();
  private boolean hasWritten;
  private volatile long lastHeartbeat;
  private volatile List<String> available = List.of();
  private volatile int live;

  /**
   * @param canConsume whether this node can consume now; it must not block
   */
  public NodeRegistry(String node, Jdbi jdbi, BooleanSupplier canConsume) {
    this.node = node;
    this.canConsume = canConsume;
    this.nodes = jdbi.onDemand(NodeDao.class);
  }

  /** Returns this node's name. */
  public String node() {
    return node;
  }

  /**
   * Returns the nodes that are alive and can consume, sorted; if none can, all that are alive.
   *
   * <p>The list is empty before the first heartbeat, and again once none could be written for 20 s,
   * since the other nodes have taken over this node's tenants by then.
   */
  public List<String> available() {
    return isIsolated() ? List.of() : available;
  }

  /**
   * Returns the number of nodes that are alive, this one included, whether they can consume or not;
   * 0 while it is unknown, which is before the first heartbeat and once none could be written for
   * 20 s.
   */
  public int live() {
    return isIsolated() ? 0 : live;
  }

  private boolean isIsolated() {
    return System.nanoTime() - lastHeartbeat >= LivenessTimes.ISOLATED_AFTER.toNanos();
  }

  /** Registers an action, which must not block, that runs after {@link #available} has changed. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Sets the source of the report, in JSON, that this node writes with each heartbeat. */
  public void reportWith(Supplier<String> report) {
    this.report = report;
  }

  /**
   * Returns all nodes, by name, except those that shut down in order.
   *
   * @throws JdbiException if the database is unavailable
   */
  public List<NodeState> list() {
    return nodes.list();
  }

  @Override
  public void start() {
    heartbeats.start();
  }

  private void writeHeartbeatOrLog() {
    try {
      writeHeartbeat();
      outage.up();
    } catch (JdbiException e) {
      outage.down(e);
    } catch (RuntimeException e) {
      LOG.error(
          "unexpected error in the heartbeat of node {}; retrying in {}",
          node,
          LivenessTimes.HEARTBEAT_INTERVAL,
          e);
    }
  }

  private void writeHeartbeat() {
    if (!hasWritten) {
      nodes.deleteUnseenFor(LivenessTimes.NODE_KEPT_FOR.toSeconds());
    }
    boolean able = canConsume.getAsBoolean();
    var alive =
        nodes.heartbeat(node, instance, able, reportOrNull(), LivenessTimes.DEAD_AFTER.toSeconds());
    if (hasWritten) {
      warnOfSameName(alive);
    }
    hasWritten = true;
    lastHeartbeat = System.nanoTime();
    var current = available(alive, able);
    // A node missing for the first time may return at once, as after an outage of the database.
    publish(ImmutableSortedSet.copyOf(Sets.union(current, previous)).asList());
    previous = current;
  }

  /** Returns null if the report cannot be had, since a heartbeat must not depend on it. */
  private String reportOrNull() {
    try {
      return report.get();
    } catch (RuntimeException e) {
      LOG.warn("could not build the report of node {}; writing the heartbeat without it", node, e);
      return null;
    }
  }

  private Set<String> available(List<NodeDao.Node> rows, boolean able) {
    var alive = new HashSet<>(Set.of(node));
    var canConsume = new HashSet<>(able ? alive : Set.of());
    for (var row : rows) {
      alive.add(row.nodeId());
      // This node's own row is from the previous heartbeat.
      if (row.able() && !row.nodeId().equals(node)) {
        canConsume.add(row.nodeId());
      }
    }
    live = alive.size();
    // If no node can consume, each keeps its tenants until it can again.
    return canConsume.isEmpty() ? alive : canConsume;
  }

  private void publish(List<String> nodes) {
    if (!nodes.equals(available)) {
      LOG.info("available nodes: {}", nodes);
      available = nodes;
      listeners.forEach(Runnable::run);
    }
  }

  private void warnOfSameName(List<NodeDao.Node> alive) {
    for (var other : alive) {
      if (other.nodeId().equals(node) && !other.instance().equals(instance)) {
        LOG.error(
            "another process has the NODE_ID {} too: every node needs a NODE_ID of its own", node);
      }
    }
  }

  /** Deletes this node's row, so that others take over its tenants at once. */
  @Override
  public void stop() throws InterruptedException {
    if (!heartbeats.stop(SHUTDOWN_TIMEOUT)) {
      LOG.warn(
          "the last heartbeat of node {} did not end within {}; others take over after {}",
          node,
          SHUTDOWN_TIMEOUT,
          LivenessTimes.DEAD_AFTER);
      return;
    }
    try {
      nodes.delete(node, instance);
    } catch (JdbiException e) {
      LOG.warn(
          "could not delete the row of node {}: {}; others take over after {}",
          node,
          FailureReason.of(e),
          LivenessTimes.DEAD_AFTER);
    }
  }
}
