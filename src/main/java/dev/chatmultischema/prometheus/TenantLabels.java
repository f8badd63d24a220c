package dev.chatmultischema.prometheus;

import dev.chatmultischema.tenant.TenantId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands out a bounded number of values for the label {@code tenant}; who comes later is counted as
 * {@code other}.
 */
final class TenantLabels {

  static final String OTHER = "other";

  private final int max;
  private final Set<TenantId> labelled = ConcurrentHashMap.newKeySet();

  TenantLabels(int max) {
    this.max = max;
  }

  synchronized String label(TenantId tenant) {
    if (labelled.contains(tenant)) {
      return tenant.toString();
    }
    if (labelled.size() >= max) {
      return OTHER;
    }
    labelled.add(tenant);
    return tenant.toString();
  }

  /** Frees a deleted tenant's label; true if it had one of its own. */
  synchronized boolean release(TenantId tenant) {
    return labelled.remove(tenant);
  }
}
