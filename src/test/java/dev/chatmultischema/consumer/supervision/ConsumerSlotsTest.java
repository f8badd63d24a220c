package dev.chatmultischema.consumer.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.consumer.supervision.ConsumerSlot.Step;
import dev.chatmultischema.tenant.Tenant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConsumerSlotsTest {

  private static final List<Tenant> TENANTS =
      IntStream.range(0, 10).mapToObj(number -> TestTenants.running(number, 3)).toList();

  private final ConsumerSlots a = new ConsumerSlots("a");
  private final ConsumerSlots b = new ConsumerSlots("b");

  @Test
  void dividesTenantsBetweenNodesWithoutOverlap() {
    for (var slots : List.of(a, b)) {
      slots.update(TENANTS, true);
      slots.assign(List.of("a", "b"));
    }
    assertThat(a.assignedTenants()).hasSize(5).doesNotContainAnyElementsOf(b.assignedTenants());
    a.assign(List.of("a"));
    assertThat(a.assignedTenants()).hasSize(10);
    a.assign(List.of());
    assertThat(a.assignedTenants()).isEmpty();
  }

  @Test
  void assignsALaterTenant() {
    a.update(TENANTS.subList(0, 1), false);
    a.assign(List.of("a"));
    a.update(TENANTS.subList(1, 2), false);
    a.assign(List.of("a"));
    assertThat(a.assignedTenants()).hasSize(2);
  }

  @Test
  void regardsATenantAsDeletedOnlyIfACompleteListLacksIt() {
    a.update(TENANTS, true);
    a.update(List.of(), false);
    assertThat(a.all()).noneMatch(slot -> slot.desired().deleted());
    a.update(TENANTS.subList(1, 10), true);
    assertThat(a.all())
        .filteredOn(slot -> slot.desired().deleted())
        .singleElement()
        .satisfies(
            slot -> {
              assertThat(slot.desired().tenantId()).isEqualTo(TestTenants.id(0));
              assertThat(slot.next()).isEqualTo(Step.REMOVE);
              a.remove(slot);
            });
    assertThat(a.all()).hasSize(9);
    assertThat(a.isReady(TestTenants.id(0))).isTrue();
  }

  @Test
  void namesUnhealthyTenantsWithTheReason() {
    a.update(TENANTS.subList(0, 2), true);
    a.assign(List.of("a"));
    var first =
        a.all().stream()
            .filter(slot -> slot.desired().tenantId().equals(TestTenants.id(0)))
            .findFirst()
            .orElseThrow();
    first.begin(Step.START);
    first.complete(new FakeConsumer(3));
    assertThat(a.unhealthy()).containsOnlyKeys(TestTenants.id(1)).containsValue("down");
    assertThat(a.running()).containsOnlyKeys(TestTenants.id(0));
    assertThat(a.isReady(TestTenants.id(0))).isTrue();
    assertThat(a.isReady(TestTenants.id(1))).isFalse();
  }
}
