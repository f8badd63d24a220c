package dev.chatmultischema.prometheus;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Assigns a bounded number of values of the label {@code tenant}; others share {@value #OTHER}. */
final class TenantLabels {

  static final String OTHER = "other";

  private final int max;
  private final Set<TenantId> labelled = ConcurrentHashMap.newKeySet();

  TenantLabels(int max) {
    this.max = max;
  }

  /** Returns the number of tenants that may have a label of their own. */
  int max() {
    return max;
  }

  /** Gives labels to these tenants, in their order, before others. */
  synchronized void reserve(List<TenantId> tenants) {
    tenants.forEach(this::label);
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

  /** Releases the label of a deleted tenant; returns false if it had none of its own. */
  synchronized boolean release(TenantId tenant) {
    return labelled.remove(tenant);
  }
}
