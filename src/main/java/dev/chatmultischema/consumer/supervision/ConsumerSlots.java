package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.cluster.TenantAssignment;
import dev.chatmultischema.consumer.processing.SupervisedConsumer;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds a slot for every tenant of all nodes. Every node has all tenants, so that it computes its
 * own share without a request to others.
 *
 * <p>Not thread-safe: the lock of the supervisor guards it.
 */
final class ConsumerSlots {

  private final String node;
  private final Map<TenantId, ConsumerSlot> slots = new HashMap<>();
  private List<String> assignedNodes = List.of();
  private boolean isAssigned;

  ConsumerSlots(String node) {
    this.node = node;
  }

  Collection<ConsumerSlot> all() {
    return slots.values();
  }

  /**
   * Updates the desired state of tenants.
   *
   * @param isComplete whether a tenant that is not in the list is deleted
   */
  void update(List<Tenant> tenants, boolean isComplete) {
    for (var tenant : tenants) {
      slots.computeIfAbsent(tenant.tenantId(), id -> new ConsumerSlot(tenant)).setDesired(tenant);
    }
    if (isComplete) {
      var present = tenants.stream().map(Tenant::tenantId).collect(Collectors.toSet());
      slots.values().stream()
          .filter(slot -> !present.contains(slot.desired().tenantId()))
          .forEach(slot -> slot.setDesired(slot.desired().asDeleted()));
    }
    isAssigned &= tenants.isEmpty();
  }

  /** Assigns all tenants to the available nodes, if these or the tenants have changed. */
  void assign(List<String> available) {
    if (isAssigned && available.equals(assignedNodes)) {
      return;
    }
    var assignment =
        TenantAssignment.of(
            available,
            slots.values().stream()
                .map(ConsumerSlot::desired)
                .filter(tenant -> !tenant.deleted())
                .map(Tenant::tenantId)
                .toList());
    slots.forEach((tenant, slot) -> slot.setAssigned(node.equals(assignment.get(tenant))));
    assignedNodes = available;
    isAssigned = true;
  }

  void remove(ConsumerSlot slot) {
    slots.remove(slot.desired().tenantId());
  }

  /** Returns whether a tenant's actual state on this node is the desired state. */
  boolean isReady(TenantId tenant) {
    var slot = slots.get(tenant);
    return slot == null || slot.isReady();
  }

  /** Returns the tenants that are assigned to this node, whether or not they should run. */
  List<TenantId> assignedTenants() {
    return slots.values().stream()
        .filter(ConsumerSlot::isAssigned)
        .map(slot -> slot.desired().tenantId())
        .toList();
  }

  /** Returns the running consumers of this node by tenant. */
  Map<TenantId, SupervisedConsumer> running() {
    return slots.values().stream()
        .filter(ConsumerSlot::isRunning)
        .collect(Collectors.toMap(slot -> slot.desired().tenantId(), ConsumerSlot::consumer));
  }

  /** Returns the number of consumers in each actual state, without those of other nodes. */
  Map<String, Integer> countByState() {
    var counts = new TreeMap<String, Integer>();
    slots.values().stream()
        .filter(ConsumerSlot::isAssigned)
        .forEach(slot -> counts.merge(slot.report().actual(), 1, Integer::sum));
    return counts;
  }

  /** Returns the tenants that should run on this node and are not healthy, with the reason. */
  Map<TenantId, String> unhealthy() {
    var unhealthy = new TreeMap<TenantId, String>();
    slots.forEach(
        (tenant, slot) -> {
          if (slot.shouldRun() && !slot.isHealthy()) {
            unhealthy.put(tenant, slot.notReadyReason());
          }
        });
    return unhealthy;
  }
}
