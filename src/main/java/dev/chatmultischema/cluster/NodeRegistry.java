package dev.chatmultischema.cluster;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.logging.OutageLog;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that are alive, as PostgreSQL tells: each renews its row every second, and one that did
 * not for five seconds is gone.
 *
 * <p>A view that may differ from node to node for some seconds: good for spreading work, where
 * something else sees to it that nothing is done twice.
 */
public final class NodeRegistry implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(NodeRegistry.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration STOPS = Duration.ofSeconds(2);

  /** After so long without PostgreSQL, others do this node's work: short outages move nothing. */
  private static final Duration ISOLATED = Duration.ofSeconds(20);

  private final String node;
  private final UUID instance = UUID.randomUUID();
  private final NodeDao nodes;
  private final BooleanSupplier canWork;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final PeriodicTask heart =
      new PeriodicTask("node-registry", Duration.ZERO, PERIOD, this::beatOrLog);

  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not renew the row of this node",
          "retrying in " + PERIOD.toSeconds() + " s",
          "renewing the row of this node again");

  private Set<String> lastWorking = Set.of();
  private boolean beaten;
  private volatile long lastBeat;
  private volatile List<String> live = List.of();

  /**
   * @param canWork whether this node can do its share; it must not block
   */
  public NodeRegistry(String node, Jdbi jdbi, BooleanSupplier canWork) {
    this.node = node;
    this.canWork = canWork;
    this.nodes = jdbi.onDemand(NodeDao.class);
  }

  /** This node's name. */
  public String node() {
    return node;
  }

  /**
   * The nodes that are alive and can work, in their order, or where none can, all that are alive;
   * none before the database was reached for the first time, and none again once it was not reached
   * for 20 s, since others have taken over by then.
   */
  public List<String> live() {
    return System.nanoTime() - lastBeat < ISOLATED.toNanos() ? live : List.of();
  }

  /** Runs something, which must not block, after {@link #live} has changed. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void start() {
    heart.start();
  }

  private void beatOrLog() {
    try {
      beat();
      outage.up();
    } catch (JdbiException e) {
      outage.down(e);
    } catch (RuntimeException e) {
      LOG.error("the registry of nodes was not read, trying on", e);
    }
  }

  private void beat() {
    if (!beaten) {
      nodes.forgetLost();
    }
    boolean able = canWork.getAsBoolean();
    var rows = nodes.beat(node, instance, able);
    if (beaten) {
      warnOfNamesake(rows);
    }
    beaten = true;
    lastBeat = System.nanoTime();
    var working = working(rows, able);
    // Who is missing for the first time may be about to return, as after an outage of the database.
    become(ImmutableSortedSet.copyOf(Sets.union(working, lastWorking)).asList());
    lastWorking = working;
  }

  private Set<String> working(List<NodeDao.Node> rows, boolean able) {
    var alive = new HashSet<>(Set.of(node));
    var working = new HashSet<>(able ? alive : Set.of());
    for (var row : rows) {
      alive.add(row.nodeId());
      // Of itself, the node knows better than its row.
      if (row.able() && !row.nodeId().equals(node)) {
        working.add(row.nodeId());
      }
    }
    // Where nobody can work, each keeps what it has until it can again.
    return working.isEmpty() ? alive : working;
  }

  private void become(List<String> working) {
    if (!working.equals(live)) {
      LOG.info("nodes that work: {}", working);
      live = working;
      listeners.forEach(Runnable::run);
    }
  }

  private void warnOfNamesake(List<NodeDao.Node> rows) {
    for (var row : rows) {
      if (row.nodeId().equals(node) && !row.instance().equals(instance)) {
        LOG.error("another process is called {} too: every node needs a NODE_ID of its own", node);
      }
    }
  }

  /** Leaves, so that others take over at once rather than after five seconds. */
  @Override
  public void stop() throws InterruptedException {
    if (!heart.stop(STOPS)) {
      LOG.warn("the registry of nodes did not stop within {}", STOPS);
      return;
    }
    try {
      nodes.leave(node, instance);
    } catch (JdbiException e) {
      LOG.warn(
          "others miss this node only after a while: {}", Throwables.getRootCause(e).getMessage());
    }
  }
}
