package dev.chatmultischema.cluster;

import com.google.common.hash.Hashing;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assigns each tenant to a node; every node computes the same assignment from the same lists.
 *
 * <p>Rendezvous hashing (Thaler and Ravishankar, 1998): each node has a weight for each tenant, and
 * the node of the highest weight gets the tenant; so a node that joins or leaves moves no more than
 * its own share. Since chance spreads few tenants unevenly, a node gets at most an even share, and
 * a tenant whose best node is full goes to the next best.
 */
public final class TenantAssignment {

  private final List<String> nodes;
  private final long[] seeds;

  /** The number of tenants that each node may still get, without a share of the remainder. */
  private final int[] capacity;

  private int remainder;

  private TenantAssignment(List<String> nodes, int tenants) {
    this.nodes = nodes;
    this.seeds =
        nodes.stream()
            .mapToLong(node -> Hashing.sha256().hashString(node, StandardCharsets.UTF_8).asLong())
            .toArray();
    this.capacity = new int[seeds.length];
    Arrays.fill(capacity, tenants / seeds.length);
    this.remainder = tenants % seeds.length;
  }

  /** Returns the node of each tenant; empty if there are no nodes. */
  public static Map<TenantId, String> of(List<String> nodes, Collection<TenantId> tenants) {
    var assigned = new HashMap<TenantId, String>(tenants.size() * 2);
    if (!nodes.isEmpty()) {
      var assignment = new TenantAssignment(nodes, tenants.size());
      tenants.stream().sorted().forEach(tenant -> assigned.put(tenant, assignment.assign(tenant)));
    }
    return assigned;
  }

  private String assign(TenantId tenant) {
    int best = -1;
    long highest = 0;
    for (int i = 0; i < seeds.length; i++) {
      long weight = weight(tenant, seeds[i]);
      if (hasCapacity(i) && (best < 0 || weight > highest)) {
        best = i;
        highest = weight;
      }
    }
    if (capacity[best] == 0) {
      remainder--;
    }
    capacity[best]--;
    return nodes.get(best);
  }

  /** Returns whether a node may get another tenant; of the remainder it gets one at most. */
  private boolean hasCapacity(int node) {
    return capacity[node] > 0 || capacity[node] == 0 && remainder > 0;
  }

  private static long weight(TenantId tenant, long seed) {
    var id = tenant.value();
    return mix(mix(seed ^ id.getMostSignificantBits()) ^ id.getLeastSignificantBits());
  }

  /**
   * The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): each input bit changes every output
   * bit with a probability of one half.
   */
  private static long mix(long bits) {
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
