package dev.chatmultischema.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DelayedTasksTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final DelayedTasks tasks = new DelayedTasks("test-tasks");
  private final AtomicInteger begun = new AtomicInteger();

  @BeforeEach
  void start() {
    tasks.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    tasks.stop();
    assertThat(LongLivedThread.dead()).isEmpty();
  }

  @Test
  void runsATaskAgainUntilItReturns() {
    tasks.run(
        () -> {
          switch (begun.getAndIncrement()) {
            case 0 -> throw new OutOfMemoryError("as if");
            case 1 -> throw new IllegalStateException("as if");
            default -> Thread.currentThread().interrupt();
          }
        });
    await().atMost(PATIENCE).until(() -> begun.get() == 3);
    // What comes after it runs too, though the thread was left interrupted.
    tasks.run(begun::incrementAndGet);
    await().atMost(PATIENCE).until(() -> begun.get() == 4);
  }

  @Test
  void repeatsATaskAfterAnError() {
    tasks.repeat(
        Duration.ZERO,
        Duration.ofMillis(1),
        () -> {
          if (begun.getAndIncrement() == 1) {
            throw new OutOfMemoryError("as if");
          }
        });
    await().atMost(PATIENCE).until(() -> begun.get() > 5);
  }

  @Test
  void runsTasksInTheirOrder() {
    List<Integer> order = new CopyOnWriteArrayList<>();
    tasks.runAfter(Duration.ofMillis(300), () -> order.add(100));
    IntStream.range(0, 100).forEach(n -> tasks.run(() -> order.add(n)));
    await().atMost(PATIENCE).until(() -> order.size() == 101);
    assertThat(order).isSorted();
  }

  @Test
  void runsNothingAfterItsStop() throws InterruptedException {
    tasks.runAfter(Duration.ofMillis(50), begun::incrementAndGet);
    tasks.stop();
    tasks.run(begun::incrementAndGet);
    assertThat(tasks.stopped()).isTrue();
    assertThat(begun).hasValue(0);
  }
}
