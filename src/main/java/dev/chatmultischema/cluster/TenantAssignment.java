package dev.chatmultischema.cluster;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.chatmultischema.tenant.TenantId;
import java.nio.ByteBuffer;
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
  private final List<HashFunction> hashes;

  /** The number of tenants that each node may still get, without a share of the remainder. */
  private final int[] capacity;

  private int remainder;

  private TenantAssignment(List<String> nodes, int tenants) {
    this.nodes = nodes;
    this.hashes = nodes.stream().map(TenantAssignment::keyedBy).toList();
    this.capacity = new int[nodes.size()];
    Arrays.fill(capacity, tenants / nodes.size());
    this.remainder = tenants % nodes.size();
  }

  /** Returns a hash function of tenants whose key is the name of a node. */
  private static HashFunction keyedBy(String node) {
    var key = ByteBuffer.wrap(Hashing.sha256().hashString(node, StandardCharsets.UTF_8).asBytes());
    return Hashing.sipHash24(key.getLong(), key.getLong());
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
    for (int i = 0; i < capacity.length; i++) {
      long weight = weight(tenant, hashes.get(i));
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
    return capacity[node] > 0 || (capacity[node] == 0 && remainder > 0);
  }

  private static long weight(TenantId tenant, HashFunction node) {
    var id = tenant.value();
    return node.newHasher(Long.BYTES * 2)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .hash()
        .asLong();
  }
}
