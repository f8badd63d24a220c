package dev.chatmultischema.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LivenessTimesTest {

  private static final int MAX_TENANTS = 10_000;

  @Test
  void keepsANodeAliveOverTwoLostHeartbeats() {
    assertThat(LivenessTimes.HEARTBEAT_INTERVAL.multipliedBy(3))
        .isLessThan(LivenessTimes.DEAD_AFTER);
  }

  @Test
  void movesNoTenantInAShortOutageOfTheDatabase() {
    assertThat(LivenessTimes.DEAD_AFTER).isLessThan(LivenessTimes.ISOLATED_AFTER);
  }

  @Test
  void requiresAReceiptOfEveryNodeThatMayConsume() {
    assertThat(LivenessTimes.ISOLATED_AFTER.plus(LivenessTimes.RECONCILE_INTERVAL))
        .isLessThan(LivenessTimes.RECEIPT_REQUIRED_FOR);
  }

  @Test
  void awaitsAReceiptLongerThanANodeTakesToWriteIt() {
    for (int tenants : new int[] {0, 1, 100, MAX_TENANTS}) {
      assertThat(
              LivenessTimes.commandTimeout(tenants)
                  .plus(LivenessTimes.HEARTBEAT_INTERVAL)
                  .plus(LivenessTimes.RECONCILE_INTERVAL))
          .isLessThan(LivenessTimes.receiptTimeout(tenants));
    }
  }

  @Test
  void letsNodesReadACommandForAsLongAsItsReceiptIsAwaited() {
    assertThat(LivenessTimes.receiptTimeout(MAX_TENANTS))
        .isLessThan(LivenessTimes.COMMAND_READ_FOR);
  }

  @Test
  void deletesNothingThatMayStillBeRead() {
    assertThat(LivenessTimes.COMMAND_READ_FOR).isLessThan(LivenessTimes.NODE_KEPT_FOR);
    assertThat(LivenessTimes.NODE_KEPT_FOR).isLessThan(LivenessTimes.COMMAND_KEPT_FOR);
  }
}
