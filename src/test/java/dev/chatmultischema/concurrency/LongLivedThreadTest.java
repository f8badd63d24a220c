package dev.chatmultischema.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LongLivedThreadTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void restartsItsWorkAfterAnyFailure() throws InterruptedException {
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
              int run = runs.getAndIncrement();
              if (run < failures.size()) {
                if (failures.get(run) instanceof Error error) {
                  throw error;
                }
                throw (RuntimeException) failures.get(run);
              }
              forever.await();
            });
    thread.start();
    await().atMost(TIMEOUT).until(() -> runs.get() == 4);
    assertThat(LongLivedThread.deadThreads()).isEmpty();

    interrupt("test-worker");
    await().atMost(TIMEOUT).until(() -> runs.get() == 5);

    thread.shutdownNow();
    assertThat(thread.awaitTermination(TIMEOUT)).isTrue();
    assertThat(LongLivedThread.deadThreads()).isEmpty();
    assertThat(runs.get()).isEqualTo(5);
  }

  @Test
  void repeatsAPeriodicTaskAfterAnyFailure() throws Exception {
    var task =
        new PeriodicTask(
            "test-task",
            Duration.ZERO,
            Duration.ofMillis(1),
            () -> {
              if (runs.getAndIncrement() == 1) {
                throw new OutOfMemoryError("as if");
              }
            });
    task.start();
    await().atMost(TIMEOUT).until(() -> runs.get() > 5);
    interrupt("test-task");
    int before = runs.get();
    await().atMost(TIMEOUT).until(() -> runs.get() > before + 5);
    assertThat(task.stop(TIMEOUT)).isTrue();
  }

  private static void interrupt(String name) {
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .forEach(Thread::interrupt);
  }
}
