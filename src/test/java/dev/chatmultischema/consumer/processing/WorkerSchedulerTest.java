package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerSchedulerTest {

  private final WorkerScheduler scheduler = new WorkerScheduler(1);
  private final List<String> steps = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    scheduler.stop();
  }

  @Test
  void runsStepsInTheOrderOfTheReadyQueue() {
    scheduler.enqueue(
        () -> {
          steps.add("a");
          scheduler.enqueue(() -> steps.add("a again"));
        });
    scheduler.enqueue(() -> steps.add("b"));
    scheduler.start();
    await().until(() -> steps.size() == 3);
    assertThat(steps).containsExactly("a", "b", "a again");
  }

  @Test
  void repeatsAStepAfterAnyError() {
    var attempts = new AtomicInteger();
    scheduler.enqueue(
        () -> {
          switch (attempts.incrementAndGet()) {
            case 1 -> throw new StackOverflowError();
            case 2 -> throw new IllegalStateException("a bug");
            default -> steps.add("done");
          }
        });
    scheduler.enqueue(() -> steps.add("next"));
    scheduler.start();
    await().until(() -> steps.size() == 2);
    assertThat(steps).containsExactly("done", "next");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void limitsATenantToHalfOfTheThreads() {
    assertThat(new WorkerScheduler(8).maxThreadsPerTenant()).isEqualTo(4);
    assertThat(new WorkerScheduler(1).maxThreadsPerTenant()).isOne();
  }
}
