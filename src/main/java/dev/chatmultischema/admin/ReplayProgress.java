package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how far a replay has come, logs it every few seconds, and stops it when its place at the
 * desk is gone.
 */
final class ReplayProgress implements DeadLetters.Progress {

  private static final Logger LOG = LoggerFactory.getLogger(ReplayProgress.class);
  private static final Duration PERIOD = Duration.ofSeconds(3);

  private final TenantId tenant;
  private final DeadLetterDesk.Place place;
  private final TenantMeters meters;
  private long nextLog = System.nanoTime() + PERIOD.toNanos();
  private long replayed;
  private long all;

  ReplayProgress(TenantId tenant, DeadLetterDesk.Place place, TenantMeters meters) {
    this.tenant = tenant;
    this.place = place;
    this.meters = meters;
  }

  @Override
  public void report(long nowReplayed, long taken, long nowAll) {
    meters.replayed().inc(nowReplayed - replayed);
    replayed = nowReplayed;
    all = nowAll;
    if (System.nanoTime() > nextLog) {
      LOG.info("replaying dead letters of tenant {}: {}, {} looked at", tenant, this, taken);
      nextLog = System.nanoTime() + PERIOD.toNanos();
    }
    place.keep();
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
