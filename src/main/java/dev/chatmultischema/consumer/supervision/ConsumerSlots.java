package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.cluster.TenantAssignment;
import dev.chatmultischema.consumer.processing.TenantConsumer;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Every tenant's slot, those of other nodes' tenants among them; guarded by the supervisor.
 *
 * <p>All nodes know all tenants, so that each can tell by itself which are its own.
 */
final class ConsumerSlots {

  private final String node;
  private final Map<TenantId, ConsumerSlot> slots = new HashMap<>();
  private List<String> placedOver = List.of();
  private boolean placed;

  ConsumerSlots(String node) {
    this.node = node;
  }

  Collection<ConsumerSlot> all() {
    return slots.values();
  }

  /**
   * Takes in what is wanted now.
   *
   * @param all whether tenants that are not named are deleted
   */
  void want(List<Tenant> tenants, boolean all) {
    for (var tenant : tenants) {
      slots.computeIfAbsent(tenant.tenantId(), id -> new ConsumerSlot(tenant)).want(tenant);
    }
    if (all) {
      var present = tenants.stream().map(Tenant::tenantId).collect(Collectors.toSet());
      slots.values().stream()
          .filter(slot -> !present.contains(slot.wanted().tenantId()))
          .forEach(slot -> slot.want(slot.wanted().asDeleted()));
    }
    placed &= tenants.isEmpty();
  }

  /** Tells each slot whether it is this node's, with these nodes alive. */
  void place(List<String> live) {
    if (placed && live.equals(placedOver)) {
      return;
    }
    var spread =
        TenantAssignment.of(
            live,
            slots.values().stream()
                .map(ConsumerSlot::wanted)
                .filter(tenant -> !tenant.deleted())
                .map(Tenant::tenantId)
                .toList());
    slots.forEach((tenant, slot) -> slot.place(node.equals(spread.get(tenant))));
    placedOver = live;
    placed = true;
  }

  void forget(ConsumerSlot slot) {
    slots.remove(slot.wanted().tenantId());
  }

  /** Whether this node does for the tenant what is wanted. */
  boolean settled(TenantId tenant) {
    var slot = slots.get(tenant);
    return slot == null || slot.settled();
  }

  /** The tenants that are this node's to consume, whether or not they should run. */
  List<TenantId> here() {
    return slots.values().stream()
        .filter(ConsumerSlot::here)
        .map(slot -> slot.wanted().tenantId())
        .toList();
  }

  /** What runs, by tenant. */
  Map<TenantId, TenantConsumer> running() {
    return slots.values().stream()
        .filter(ConsumerSlot::runs)
        .collect(Collectors.toMap(slot -> slot.wanted().tenantId(), ConsumerSlot::consumer));
  }

  /** Tenants that should be consumed here and are not, or do not get on, with the reason. */
  Map<TenantId, String> lacking() {
    var lacking = new TreeMap<TenantId, String>();
    slots.forEach(
        (tenant, slot) -> {
          if (slot.due() && !slot.healthy()) {
            lacking.put(tenant, slot.lack());
          }
        });
    return lacking;
  }
}
