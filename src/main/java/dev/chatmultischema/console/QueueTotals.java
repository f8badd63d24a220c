package dev.chatmultischema.console;

import dev.chatmultischema.amqp.topology.DepthSweep;
import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * Knows the depths of all tenants' queues. However many consoles are open, queries take at most
 * {@link #TURN} in each {@link #INTERVAL}. Safe for all threads.
 */
final class QueueTotals {

  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration TURN = Duration.ofMillis(500);

  private final DepthSweep sweep;
  private long nextTurn = System.nanoTime();

  QueueTotals(DepthSweep sweep) {
    this.sweep = sweep;
  }

  /**
   * The sums over all tenants whose depths are known.
   *
   * @param known the number of these tenants
   */
  @JsonSnakeCase
  record Sum(long queued, long deadLetters, int known) {}

  /** Takes a turn if one is due, and returns the sums. */
  Sum sum(Collection<TenantId> tenants) {
    var known = known(tenants);
    return new Sum(
        known.values().stream().mapToLong(Depth::queue).sum(),
        known.values().stream().mapToLong(Depth::deadLetters).sum(),
        known.size());
  }

  /** Takes a turn if one is due, and returns the known depths. */
  synchronized Map<TenantId, Depth> known(Collection<TenantId> tenants) {
    if (System.nanoTime() - nextTurn >= 0) {
      sweep.turn(tenants, TURN);
      nextTurn = System.nanoTime() + INTERVAL.toNanos();
    }
    return sweep.known();
  }

  /** Queries the depths of a page of tenants now. */
  Map<TenantId, Depth> query(Collection<TenantId> page) {
    return sweep.query(page, TURN);
  }
}
