package dev.chatmultischema.cluster;

import java.time.Instant;

/**
 * A node as PostgreSQL knows it. A node that shut down in order is not known any more.
 *
 * @param able whether the node can consume
 * @param silentFor the seconds since its last heartbeat
 * @param report the node's report of itself, in JSON; null if it wrote none
 */
public record NodeState(
    String nodeId,
    boolean able,
    Instant startedAt,
    Instant seenAt,
    double silentFor,
    String report) {

  /** Returns whether other nodes count this one as alive. */
  public boolean isAlive() {
    return silentFor < LivenessTimes.DEAD_AFTER.toSeconds();
  }
}
