package dev.chatmultischema.audit;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.logging.FailureReason;
import dev.chatmultischema.logging.OutageLog;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records security events in the audit, and logs each row.
 *
 * <p>The counter {@code audit.unrecorded} has the events that were not recorded, since the database
 * refused them or was not available.
 */
public final class SecurityEvents implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(SecurityEvents.class);
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);

  private final String node;
  private final Jdbi jdbi;
  private final Counter unrecorded;
  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not record security events",
          "counting them until the database is available",
          "recording security events again");
  private final RepeatedEvents repeated = new RepeatedEvents(System.nanoTime());
  private final Object flushing = new Object();
  private final PeriodicTask flusher =
      new PeriodicTask("security-events", FLUSH_INTERVAL, FLUSH_INTERVAL, () -> flush(false));

  /** The rows that could not be inserted, of one flush; accessed only by {@link #flush}. */
  private List<AuditRow> failed = List.of();

  public SecurityEvents(String node, Jdbi jdbi, MetricRegistry metrics) {
    this.node = node;
    this.jdbi = jdbi;
    this.unrecorded = metrics.counter("audit.unrecorded");
  }

  /**
   * Records an event in the transaction of the change that it describes, so that neither exists
   * without the other.
   *
   * @throws JdbiException if the row cannot be inserted
   */
  public void record(Handle handle, SecurityEvent event) {
    var row = once(event);
    insert(handle, row);
    log(row);
  }

  /**
   * Records an event after the change that it describes. If the row cannot be inserted, the event
   * is logged and counted as unrecorded; the change stands.
   */
  public void record(SecurityEvent event) {
    var row = once(event);
    try {
      jdbi.useHandle(handle -> insert(handle, row));
      log(row);
    } catch (JdbiException e) {
      unrecorded.inc();
      LOG.error("could not record {}: {}", describe(row), FailureReason.of(e));
    }
  }

  /**
   * Counts an event that anybody can cause at any rate, such as a failed login, and returns without
   * waiting. It is recorded within some seconds, together with equal events, and only by its number
   * if there are too many different ones.
   */
  public void count(SecurityEvent event) {
    synchronized (repeated) {
      repeated.add(event, System.nanoTime());
    }
  }

  private static AuditRow once(SecurityEvent event) {
    long now = System.nanoTime();
    return new AuditRow(event, 1, now, now);
  }

  private void insert(Handle handle, AuditRow row) {
    var event = row.event();
    handle
        .attach(AuditDao.class)
        .insert(
            node,
            event.type().label(),
            row.occurrences(),
            event.outcome(),
            event.actor(),
            event.address(),
            event.tenant(),
            event.user(),
            age(row.first()),
            age(row.last()));
  }

  private static void log(AuditRow row) {
    if (LOG.isInfoEnabled()) {
      LOG.info("{}", describe(row));
    }
  }

  private static double age(long nanos) {
    return (System.nanoTime() - nanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  private static String describe(AuditRow row) {
    var event = row.event();
    var text = new StringBuilder(event.type().label()).append(": ").append(event.outcome());
    append(text, "by user", event.actor());
    append(text, "from", event.address());
    append(text, "tenant", event.tenant());
    append(text, "user", event.user());
    return row.occurrences() == 1
        ? text.toString()
        : text.append(", ").append(row.occurrences()).append(" times").toString();
  }

  private static void append(StringBuilder text, String name, Object value) {
    if (value != null) {
      text.append(", ").append(name).append(' ').append(value);
    }
  }

  /** Inserts the rows that are due. After a failure the same rows are inserted by the next call. */
  private void flush(boolean all) {
    synchronized (flushing) {
      var rows = failed;
      if (rows.isEmpty()) {
        synchronized (repeated) {
          rows = repeated.due(System.nanoTime(), all);
        }
      }
      if (rows.isEmpty()) {
        return;
      }
      failed = rows;
      var due = rows;
      try {
        jdbi.useTransaction(handle -> due.forEach(row -> insert(handle, row)));
        failed = List.of();
        outage.up();
        due.forEach(SecurityEvents::log);
      } catch (JdbiException e) {
        outage.down(e);
      }
    }
  }

  @Override
  public void start() {
    flusher.start();
  }

  /** Records what was counted; counts it as unrecorded if the database is not available. */
  @Override
  public void stop() throws InterruptedException {
    flusher.stop();
    // The first call inserts the rows of an earlier failure, if there was one.
    flush(true);
    flush(true);
    if (!failed.isEmpty()) {
      var lost = failed.stream().mapToLong(AuditRow::occurrences).sum();
      unrecorded.inc(lost);
      LOG.error("{} security events are not recorded", lost);
    }
  }
}
