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
 * Gives each tenant a node, the same wherever it is computed.
 *
 * <p>Rendezvous hashing (Thaler and Ravishankar, 1998): every node has a weight for every tenant,
 * and the highest wins; so a node that comes or goes moves its own share only. Chance alone spreads
 * few tenants badly, so a node takes no more than its even share, and who finds it full goes to the
 * next best.
 */
public final class TenantAssignment {

  private final List<String> nodes;
  private final long[] seeds;
  private final int[] room;
  private int extra;

  private TenantAssignment(List<String> nodes, int tenants) {
    this.nodes = nodes;
    this.seeds =
        nodes.stream()
            .mapToLong(node -> Hashing.sha256().hashString(node, StandardCharsets.UTF_8).asLong())
            .toArray();
    this.room = new int[seeds.length];
    Arrays.fill(room, tenants / seeds.length);
    this.extra = tenants % seeds.length;
  }

  /** The node of each tenant; nothing if there are no nodes. */
  public static Map<TenantId, String> over(List<String> nodes, Collection<TenantId> tenants) {
    var placed = new HashMap<TenantId, String>(tenants.size() * 2);
    if (!nodes.isEmpty()) {
      var spread = new TenantAssignment(nodes, tenants.size());
      tenants.stream().sorted().forEach(tenant -> placed.put(tenant, spread.place(tenant)));
    }
    return placed;
  }

  private String place(TenantId tenant) {
    int best = -1;
    long highest = 0;
    for (int i = 0; i < seeds.length; i++) {
      long weight = weight(tenant, seeds[i]);
      if (hasRoom(i) && (best < 0 || weight > highest)) {
        best = i;
        highest = weight;
      }
    }
    if (room[best] == 0) {
      extra--;
    }
    room[best]--;
    return nodes.get(best);
  }

  /** Of what cannot be shared evenly, a node takes one more. */
  private boolean hasRoom(int node) {
    return room[node] > 0 || room[node] == 0 && extra > 0;
  }

  private static long weight(TenantId tenant, long seed) {
    var id = tenant.value();
    return mix(mix(seed ^ id.getMostSignificantBits()) ^ id.getLeastSignificantBits());
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every bit changes half of them. */
  private static long mix(long bits) {
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
