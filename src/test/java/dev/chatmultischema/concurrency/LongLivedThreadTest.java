package dev.chatmultischema.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LongLivedThreadTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicInteger begun = new AtomicInteger();

  @Test
  void beginsAnewAfterWhatever() throws InterruptedException {
    var failures =
        List.of(
            new OutOfMemoryError("as if"),
            new StackOverflowError("as if"),
            new IllegalStateException("as if"));
    var forever = new CountDownLatch(1);
    var thread =
        new LongLivedThread(
            "test-worker",
            () -> {
              int time = begun.getAndIncrement();
              if (time < failures.size()) {
                if (failures.get(time) instanceof Error error) {
                  throw error;
                }
                throw (RuntimeException) failures.get(time);
              }
              forever.await();
            });
    thread.start();
    await().atMost(PATIENCE).until(() -> begun.get() == 4);
    assertThat(LongLivedThread.deadThreads()).isEmpty();

    interrupt("test-worker");
    await().atMost(PATIENCE).until(() -> begun.get() == 5);

    thread.shutdownNow();
    assertThat(thread.awaitTermination(PATIENCE)).isTrue();
    assertThat(LongLivedThread.deadThreads()).isEmpty();
    assertThat(begun.get()).isEqualTo(5);
  }

  @Test
  void aPeriodicTaskGoesOnAfterWhatever() throws Exception {
    var task =
        new PeriodicTask(
            "test-task",
            Duration.ZERO,
            Duration.ofMillis(1),
            () -> {
              if (begun.getAndIncrement() == 1) {
                throw new OutOfMemoryError("as if");
              }
            });
    task.start();
    await().atMost(PATIENCE).until(() -> begun.get() > 5);
    interrupt("test-task");
    int before = begun.get();
    await().atMost(PATIENCE).until(() -> begun.get() > before + 5);
    assertThat(task.stop(PATIENCE)).isTrue();
  }

  private static void interrupt(String name) {
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .forEach(Thread::interrupt);
  }
}
