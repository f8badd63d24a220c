package dev.chatmultischema.health;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.health.HealthCheck;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimedCheckTest {

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  private final HealthCheck silent =
      new HealthCheck() {
        @Override
        protected Result check() throws InterruptedException {
          asked.incrementAndGet();
          answer.await();
          return Result.healthy();
        }
      };

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void isUnhealthyWithoutAResultAndChecksOnce() {
    var check = new TimedCheck(silent, executor, Duration.ofMillis(20));

    for (int i = 0; i < 5; i++) {
      assertEquals("no answer in 20 ms", check.execute().getMessage());
    }

    await().until(() -> asked.get() > 0);
    assertEquals(1, asked.get());
  }

  @Test
  void isHealthyAfterAResult() {
    assertFalse(new TimedCheck(silent, executor, Duration.ofMillis(20)).execute().isHealthy());

    answer.countDown();

    assertTrue(new TimedCheck(silent, executor, Duration.ofSeconds(10)).execute().isHealthy());
  }

  @Test
  void passesOnTheReasonOfAFailure() {
    var broken =
        new HealthCheck() {
          @Override
          protected Result check() {
            throw new IllegalStateException("refused");
          }
        };

    var result = new TimedCheck(broken, executor, Duration.ofSeconds(10)).execute();

    assertEquals("refused", result.getMessage());
  }
}
