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

class TaskSchedulerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final TaskScheduler tasks = new TaskScheduler("test-tasks");
  private final AtomicInteger runs = new AtomicInteger();

  @BeforeEach
  void start() {
    tasks.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    tasks.stop();
    assertThat(LongLivedThread.deadThreads()).isEmpty();
  }

  @Test
  void retriesATaskUntilItReturns() {
    tasks.execute(
        () -> {
          switch (runs.getAndIncrement()) {
            case 0 -> throw new OutOfMemoryError("as if");
            case 1 -> throw new IllegalStateException("as if");
            default -> Thread.currentThread().interrupt();
          }
        });
    await().atMost(TIMEOUT).until(() -> runs.get() == 3);
    // The next task runs too, although the thread was left interrupted.
    tasks.execute(runs::incrementAndGet);
    await().atMost(TIMEOUT).until(() -> runs.get() == 4);
  }

  @Test
  void repeatsATaskAfterAnError() {
    tasks.scheduleWithFixedDelay(
        Duration.ZERO,
        Duration.ofMillis(1),
        () -> {
          if (runs.getAndIncrement() == 1) {
            throw new OutOfMemoryError("as if");
          }
        });
    await().atMost(TIMEOUT).until(() -> runs.get() > 5);
  }

  @Test
  void runsTasksInTheOrderOfTheirSubmission() {
    List<Integer> order = new CopyOnWriteArrayList<>();
    tasks.schedule(Duration.ofSeconds(2), () -> order.add(100));
    IntStream.range(0, 100).forEach(n -> tasks.execute(() -> order.add(n)));
    await().atMost(TIMEOUT).until(() -> order.size() == 101);
    assertThat(order).isSorted();
  }

  @Test
  void runsNothingAfterShutdown() throws InterruptedException {
    tasks.schedule(Duration.ofSeconds(10), runs::incrementAndGet);
    tasks.stop();
    tasks.execute(runs::incrementAndGet);
    assertThat(tasks.isShutdown()).isTrue();
    assertThat(runs).hasValue(0);
  }
}
