package dev.chatmultischema.limits;

import io.prometheus.client.CollectorRegistry;
import java.util.function.IntSupplier;

/** Limits without a configuration, for tests of other packages. */
public final class LimitFixtures {

  private LimitFixtures() {}

  /** Returns limits of counts for so many live nodes. */
  public static CountLimits counts(int nodes) {
    var metrics = new LimitMetrics(new CollectorRegistry());
    return new CountLimits(new NodeShares(() -> nodes, metrics), metrics);
  }

  /** Returns limits of streams and tickets; all others are high. */
  public static TenantLimits streams(long tenant, long user, long tickets) {
    long high = Overrides.MAX;
    return new TenantLimits(high, high, high, high, high, high, tenant, user, tickets);
  }

  static NodeShares shares(IntSupplier nodes, CollectorRegistry registry) {
    return new NodeShares(nodes, new LimitMetrics(registry));
  }
}
