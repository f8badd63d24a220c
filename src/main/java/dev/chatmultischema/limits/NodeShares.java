package dev.chatmultischema.limits;

import java.util.function.IntSupplier;

/**
 * Divides a limit over the live nodes, since requests are balanced between them.
 *
 * <p>While the number of nodes is unknown, as after 20 s of an outage of PostgreSQL, each node
 * grants the whole limit: so many times the limit may be used then.
 */
final class NodeShares {

  private final IntSupplier liveNodes;
  private final LimitMetrics metrics;

  /**
   * @param liveNodes the number of live nodes, 0 while it is unknown; it must not block
   */
  NodeShares(IntSupplier liveNodes, LimitMetrics metrics) {
    this.liveNodes = liveNodes;
    this.metrics = metrics;
  }

  /** Returns the share of this node, rounded up, so at least 1. */
  long of(long limit) {
    int nodes = liveNodes.getAsInt();
    if (nodes == 0) {
      metrics.unshared();
      return limit;
    }
    return (limit + nodes - 1) / nodes;
  }
}
