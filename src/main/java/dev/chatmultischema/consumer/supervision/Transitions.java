package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.amqp.consume.QueueMissing;
import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.consumer.processing.ConsumerLauncher;
import dev.chatmultischema.consumer.processing.SupervisedConsumer;
import dev.chatmultischema.message.BrokerUnavailable;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts consumers and shuts them down, a bounded number at once, on threads that may block. */
final class Transitions {

  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(6);
  private static final int THREADS = 8;

  private final ConsumerLauncher launcher;
  private final Runnable onChange;
  private final Listener listener;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          DaemonThreads.named("consumer-transition-%d"));

  /** Is notified of the end of every transition. */
  interface Listener {
    /**
     * @param result the consumer after the transition, which may be shut down while its last batch
     *     runs; null if there is none
     */
    void completed(ConsumerSlot slot, SupervisedConsumer result);
  }

  /**
   * @param onChange called when a consumer has shut down by itself or should be shut down
   */
  Transitions(ConsumerLauncher launcher, Runnable onChange, Listener listener) {
    this.launcher = launcher;
    this.onChange = onChange;
    this.listener = listener;
    threads.allowCoreThreadTimeOut(true);
  }

  void start(ConsumerSlot slot) {
    var tenant = slot.desired();
    threads.execute(
        () -> {
          SupervisedConsumer started = null;
          try {
            started = launcher.launch(tenant, slot.status(), onChange);
          } catch (QueueMissing | BrokerUnavailable | JdbiException e) {
            LOG.debug("could not start the consumer of tenant {}, retrying", tenant.tenantId(), e);
            slot.status().setFailure(e.getMessage());
          } catch (RuntimeException e) {
            LOG.error(
                "unexpected error at the start of the consumer of tenant {}; retrying",
                tenant.tenantId(),
                e);
            slot.status().setFailure(e.toString());
          } finally {
            listener.completed(slot, started);
          }
        });
  }

  /** Shuts a consumer down, for good or for another one to continue at once. */
  void shutdown(ConsumerSlot slot, boolean handOver) {
    var consumer = slot.consumer();
    threads.execute(
        () -> {
          try {
            consumer.shutdown(SHUTDOWN_TIMEOUT, handOver);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.error("unexpected error at the shutdown of {}", consumer, e);
          } finally {
            // While its last batch runs, it keeps its slot, so that no other consumer starts there.
            listener.completed(slot, consumer.isTerminated() ? null : consumer);
          }
        });
  }

  /** Waits for the transitions that have begun, up to 7 s. */
  void stop() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(SHUTDOWN_TIMEOUT.toMillis() + 1_000, TimeUnit.MILLISECONDS)) {
      LOG.warn(
          "not all consumers shut down within {}; the broker requeues their deliveries",
          SHUTDOWN_TIMEOUT);
    }
  }
}
