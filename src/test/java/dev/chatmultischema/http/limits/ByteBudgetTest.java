package dev.chatmultischema.http.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.http.HttpFactory;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

  private final ByteBudget budget = new ByteBudget(100, 60);

  @Test
  void holdsAnOwnerToItsShare() {
    var first = budget.open("a");
    var second = budget.open("a");
    assertThat(first.tryReserve(40)).isTrue();
    assertThat(second.tryReserve(21)).isFalse();
    assertThat(second.tryReserve(20)).isTrue();
    first.close();
    assertThat(second.tryReserve(40)).isTrue();
    assertThat(budget.reserved()).isEqualTo(60);
  }

  @Test
  void holdsAllOwnersToTheTotal() {
    assertThat(budget.open("a").tryReserve(60)).isTrue();
    var other = budget.open("b");
    assertThat(other.tryReserve(41)).isFalse();
    assertThat(other.tryReserve(40)).isTrue();
    other.close();
    other.close();
    assertThat(budget.reserved()).isEqualTo(60);
  }

  @Test
  void chargesAnotherOwnerIfItsShareAllows() {
    var moved = budget.open("user");
    assertThat(moved.tryReserve(30)).isTrue();
    var tenant = budget.open("tenant");
    assertThat(tenant.tryReserve(40)).isTrue();
    assertThat(moved.tryTransfer("tenant")).isFalse();
    tenant.release(20);
    assertThat(moved.tryTransfer("tenant")).isTrue();
    assertThat(tenant.tryReserve(11)).isFalse();
    assertThat(budget.open("user").tryReserve(50)).isTrue();
    moved.close();
    tenant.close();
    assertThat(budget.reserved()).isEqualTo(50);
  }

  @Test
  void alwaysHasSpaceForOneLargestBodyAndSomeBeside() {
    long heap = 256 * 1024 * 1024;
    int largest = 36 * 1024 * 1024;
    var bodies = HttpFactory.bodyBudget(heap, largest);
    assertThat(bodies.open("a").tryReserve(largest)).isTrue();
    assertThat(bodies.open("b").tryReserve(largest / 8)).isTrue();
    assertThat(bodies.open("c").tryReserve(largest)).isFalse();
  }
}
