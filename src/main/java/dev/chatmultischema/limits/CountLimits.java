package dev.chatmultischema.limits;

import java.time.Duration;

/** Refuses what would exceed a limit of a count, and counts the refusals. */
public final class CountLimits {

  private final NodeShares shares;
  private final LimitMetrics metrics;

  CountLimits(NodeShares shares, LimitMetrics metrics) {
    this.shares = shares;
    this.metrics = metrics;
  }

  /** Returns the share of this node of a limit that each node counts for itself. */
  public long share(long limit) {
    return shares.of(limit);
  }

  /**
   * Returns the exception for a limit that is reached.
   *
   * @param retryAfter the time after which fewer may exist without the client's doing; null if that
   *     depends on the client
   */
  public LimitExceeded refuse(LimitName name, long limit, Duration retryAfter) {
    metrics.refused(name);
    return LimitExceeded.count(name, limit, retryAfter);
  }
}
