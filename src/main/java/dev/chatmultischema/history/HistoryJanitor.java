package dev.chatmultischema.history;

import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.message.BrokerUnavailable;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases messages of senders, each second, and deletes expired messages, at a longer interval, on
 * one thread of one node at a time.
 */
final class HistoryJanitor implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryJanitor.class);
  private static final Duration ERASURE_INTERVAL = Duration.ofSeconds(1);

  private final Jdbi jdbi;
  private final Eraser eraser;
  private final RetentionSweep retention;
  private final Duration retentionInterval;
  private final TaskScheduler scheduler = new TaskScheduler("history-janitor");
  private final OutageLog erasing =
      new OutageLog(LOG, "could not erase messages", "retrying in 1 s", "erasing messages again");
  private final OutageLog expiring =
      new OutageLog(
          LOG, "could not delete expired messages", "retrying", "deleting expired messages again");

  HistoryJanitor(Jdbi jdbi, Eraser eraser, RetentionSweep retention, Duration retentionInterval) {
    this.jdbi = jdbi;
    this.eraser = eraser;
    this.retention = retention;
    this.retentionInterval = retentionInterval;
  }

  @Override
  public void start() {
    scheduler.scheduleWithFixedDelay(
        ERASURE_INTERVAL,
        ERASURE_INTERVAL,
        () -> run(AdvisoryLock.ERASURES, () -> eraser.work(scheduler::isShutdown), erasing));
    scheduler.scheduleWithFixedDelay(
        retentionInterval,
        retentionInterval,
        () -> run(AdvisoryLock.RETENTION, () -> retention.sweep(scheduler::isShutdown), expiring));
    scheduler.start();
  }

  private void run(AdvisoryLock lock, Runnable work, OutageLog outage) {
    try {
      var unused =
          lock.tryHold(
              jdbi,
              () -> {
                work.run();
                return true;
              });
      outage.up();
    } catch (JdbiException | BrokerUnavailable e) {
      outage.down(e);
    }
  }

  @Override
  public void stop() throws InterruptedException {
    scheduler.stop();
  }
}
