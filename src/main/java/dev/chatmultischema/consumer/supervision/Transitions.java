package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.amqp.consume.QueueMissing;
import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.consumer.processing.ConsumerLauncher;
import dev.chatmultischema.consumer.processing.TenantConsumer;
import dev.chatmultischema.message.BrokerUnavailable;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and ends consumers, some at a time, on threads that may wait for the broker. */
final class Transitions {

  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(6);
  private static final int THREADS = 8;

  private final ConsumerLauncher launcher;
  private final Runnable ended;
  private final Done done;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          DaemonThreads.named("consumer-transition-%d"));

  /** Is told what is in a slot now, be it only the last batch of what has ended, or null. */
  interface Done {
    void done(ConsumerSlot slot, TenantConsumer runs);
  }

  /**
   * @param ended called where a consumer ended by itself
   * @param done called at the end of every transition
   */
  Transitions(ConsumerLauncher launcher, Runnable ended, Done done) {
    this.launcher = launcher;
    this.ended = ended;
    this.done = done;
    threads.allowCoreThreadTimeOut(true);
  }

  void start(ConsumerSlot slot) {
    var tenant = slot.wanted();
    threads.execute(
        () -> {
          TenantConsumer started = null;
          try {
            started = launcher.launch(tenant, slot.status, ended);
          } catch (QueueMissing | BrokerUnavailable | JdbiException e) {
            LOG.debug("no consumer for tenant {} yet", tenant.tenantId(), e);
            slot.status.failed(e.getMessage());
          } catch (RuntimeException e) {
            LOG.error("no consumer for tenant {}, trying on", tenant.tenantId(), e);
            slot.status.failed(e.toString());
          } finally {
            done.done(slot, started);
          }
        });
  }

  /** Stops a consumer for good, or closes it for the next one to go on. */
  void end(ConsumerSlot slot, boolean handOver) {
    var consumer = slot.consumer();
    threads.execute(
        () -> {
          try {
            consumer.end(END_TIMEOUT, handOver);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.error("a consumer did not end cleanly: {}", consumer, e);
          } finally {
            // One whose last batch still runs keeps its place: nothing may start there before.
            done.done(slot, consumer.over() ? null : consumer);
          }
        });
  }

  /** Waits for what was begun, for a bounded time. */
  void stop() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(END_TIMEOUT.toMillis() + 1_000, TimeUnit.MILLISECONDS)) {
      LOG.warn(
          "not all consumers stopped within {}; the broker takes back what they held", END_TIMEOUT);
    }
  }
}
