package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the republished dead letters, logs their number every 3 s, and ends the replay with an
 * exception if its lock is lost.
 */
final class ReplayProgress implements DeadLetters.Progress {

  private static final Logger LOG = LoggerFactory.getLogger(ReplayProgress.class);
  private static final Duration PERIOD = Duration.ofSeconds(3);

  private final TenantId tenant;
  private final DeadLetterLock lock;
  private final TenantMeters meters;
  private long nextLog = System.nanoTime() + PERIOD.toNanos();
  private long replayed;
  private long all;

  ReplayProgress(TenantId tenant, DeadLetterLock lock, TenantMeters meters) {
    this.tenant = tenant;
    this.lock = lock;
    this.meters = meters;
  }

  @Override
  public void report(long nowReplayed, long read, long nowAll) {
    meters.replayed().inc(nowReplayed - replayed);
    replayed = nowReplayed;
    all = nowAll;
    if (System.nanoTime() > nextLog) {
      LOG.info("replaying dead letters of tenant {}: {}, {} read", tenant, this, read);
      nextLog = System.nanoTime() + PERIOD.toNanos();
    }
    lock.verify();
  }

  long replayed() {
    return replayed;
  }

  long all() {
    return all;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d of %d dead letters replayed", replayed, all);
  }
}
