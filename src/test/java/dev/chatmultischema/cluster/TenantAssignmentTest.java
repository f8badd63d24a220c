package dev.chatmultischema.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.tenant.TenantId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TenantAssignmentTest {

  private final Random random = new Random(7);

  private List<TenantId> tenants(int number) {
    return Stream.generate(() -> new TenantId(new UUID(random.nextLong(), random.nextLong())))
        .limit(number)
        .toList();
  }

  private static List<String> nodes(int number) {
    return IntStream.range(0, number).mapToObj(n -> "node-" + n).toList();
  }

  @Test
  void distributesTenantsEvenly() {
    for (int number : new int[] {0, 1, 2, 7, 100, 1_001}) {
      var tenants = tenants(number);
      for (int nodes = 1; nodes <= 7; nodes++) {
        var spread = TenantAssignment.of(nodes(nodes), tenants);
        assertThat(spread).hasSize(number);
        int even = number / nodes;
        assertThat(counts(spread).values())
            .allSatisfy(count -> assertThat(count).isBetween((long) even, even + 1L));
      }
    }
  }

  private static Map<String, Long> counts(Map<TenantId, String> spread) {
    return spread.values().stream()
        .collect(Collectors.groupingBy(node -> node, Collectors.counting()));
  }

  @Test
  void isIndependentOfTheOrderOfTenants() {
    var tenants = new ArrayList<>(tenants(500));
    var spread = TenantAssignment.of(nodes(3), tenants);
    Collections.shuffle(tenants, random);
    assertThat(TenantAssignment.of(nodes(3), tenants)).isEqualTo(spread);
  }

  @Test
  void movesLittleMoreThanTheShareOfAStoppedNode() {
    var tenants = tenants(3_000);
    var before = TenantAssignment.of(List.of("a", "b", "c"), tenants);
    var after = TenantAssignment.of(List.of("a", "c"), tenants);
    long moved = tenants.stream().filter(t -> !before.get(t).equals(after.get(t))).count();
    assertThat(moved).isBetween(1_000L, 1_150L);
  }

  @Test
  void movesAlmostNothingForANewTenant() {
    var tenants = new ArrayList<>(tenants(1_000));
    var before = TenantAssignment.of(nodes(3), tenants);
    tenants.addAll(tenants(1));
    var after = TenantAssignment.of(nodes(3), tenants);
    long moved = before.keySet().stream().filter(t -> !before.get(t).equals(after.get(t))).count();
    assertThat(moved).isLessThanOrEqualTo(10);
  }

  @Test
  void assignsNothingWithoutNodes() {
    assertThat(TenantAssignment.of(List.of(), tenants(5))).isEmpty();
  }
}
