package dev.chatmultischema.consumer.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.consumer.processing.SupervisedConsumer.State;
import dev.chatmultischema.consumer.supervision.ConsumerSlot.Step;
import org.junit.jupiter.api.Test;

class ConsumerSlotTest {

  private final ConsumerSlot slot = new ConsumerSlot(TestTenants.running(1, 3));
  private final FakeConsumer consumer = new FakeConsumer(3);

  private void run() {
    slot.setAssigned(true);
    slot.begin(Step.START);
    slot.complete(consumer);
  }

  @Test
  void startsOnlyAnAssignedTenantThatShouldRun() {
    assertThat(slot.next()).isEqualTo(Step.NOTHING);
    assertThat(slot.report().actual()).isEqualTo("elsewhere");
    assertThat(slot.isReady()).isTrue();
    slot.setAssigned(true);
    assertThat(slot.isReady()).isFalse();
    assertThat(slot.report().actual()).isEqualTo("down");
    assertThat(slot.next()).isEqualTo(Step.START);
    slot.setDesired(TestTenants.stopped(1));
    assertThat(slot.next()).isEqualTo(Step.NOTHING);
    assertThat(slot.report().actual()).isEqualTo("stopped");
  }

  @Test
  void doesNothingWhileAStepIsInProgress() {
    slot.setAssigned(true);
    slot.begin(Step.START);
    assertThat(slot.next()).isEqualTo(Step.NOTHING);
    assertThat(slot.isReady()).isFalse();
    assertThat(slot.report().actual()).isEqualTo("starting");
    slot.complete(consumer);
    assertThat(slot.isReady()).isTrue();
    assertThat(slot.isHealthy()).isTrue();
    assertThat(slot.report().actual()).isEqualTo("running");
    assertThat(slot.report().inFlight()).isEqualTo(4);
  }

  @Test
  void delaysTheNextStartAfterAFailedOne() {
    slot.setAssigned(true);
    slot.begin(Step.START);
    slot.complete(null);
    assertThat(slot.next()).isEqualTo(Step.NOTHING);
    await().until(() -> slot.next() == Step.START);
  }

  @Test
  void stopsIfTheDesiredStateIsStopped() {
    run();
    slot.setDesired(TestTenants.stopped(1));
    assertThat(slot.next()).isEqualTo(Step.STOP);
    slot.begin(Step.STOP);
    assertThat(slot.report().actual()).isEqualTo("stopping");
    slot.complete(null);
    assertThat(slot.isReady()).isTrue();
  }

  @Test
  void handsOverIfAnotherNodeIsAssigned() {
    run();
    slot.setAssigned(false);
    assertThat(slot.next()).isEqualTo(Step.HAND_OVER);
  }

  @Test
  void handsOverAnOverloadedConsumerAndStartsAnotherLater() {
    run();
    consumer.isOverloaded = true;
    assertThat(slot.next()).isEqualTo(Step.HAND_OVER);
    slot.begin(Step.HAND_OVER);
    slot.complete(null);
    assertThat(slot.next()).isEqualTo(Step.NOTHING);
    await().until(() -> slot.next() == Step.START);
  }

  @Test
  void resizesWithoutAStep() {
    run();
    slot.setDesired(TestTenants.running(1, 9));
    assertThat(slot.isReady()).isFalse();
    assertThat(slot.next()).isEqualTo(Step.NOTHING);
    assertThat(consumer.workers).isEqualTo(9);
    assertThat(slot.isReady()).isTrue();
  }

  @Test
  void startsNothingBesideALastBatch() {
    run();
    consumer.state = State.SHUTDOWN;
    assertThat(slot.next()).isEqualTo(Step.NOTHING);
    assertThat(slot.report().actual()).isEqualTo("stopping");
    consumer.isTerminated = true;
    assertThat(slot.next()).isEqualTo(Step.START);
  }

  @Test
  void removesADeletedTenantOnceItsConsumerHasTerminated() {
    run();
    slot.setDesired(slot.desired().asDeleted());
    assertThat(slot.next()).isEqualTo(Step.STOP);
    slot.begin(Step.STOP);
    slot.complete(null);
    assertThat(slot.next()).isEqualTo(Step.REMOVE);
  }

  @Test
  void isUnhealthyWhilePausedOrStuck() {
    run();
    consumer.state = State.PAUSED;
    assertThat(slot.isHealthy()).isFalse();
    assertThat(slot.notReadyReason()).isEqualTo("paused");
    slot.status().setFailure("the database is unavailable");
    assertThat(slot.notReadyReason()).isEqualTo("paused: the database is unavailable");
    consumer.state = State.RUNNING;
    slot.status().setStuck("9 messages waited");
    assertThat(slot.isHealthy()).isFalse();
    assertThat(slot.notReadyReason()).isEqualTo("stuck: 9 messages waited");
    slot.status().clearStuck();
    assertThat(slot.isHealthy()).isTrue();
  }
}
