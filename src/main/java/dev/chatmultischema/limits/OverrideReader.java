package dev.chatmultischema.limits;

import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads overrides that changed every second, and all of them every 30 s, since the rows of deleted
 * tenants go without a trace. While PostgreSQL is down the last ones apply.
 */
final class OverrideReader implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(OverrideReader.class);

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration COMPLETE_READ_INTERVAL = Duration.ofSeconds(30);

  private final OverrideDao dao;
  private final Map<TenantId, TenantLimits> limits = new ConcurrentHashMap<>();
  private final TenantLimits configured;
  private final TaskScheduler scheduler = new TaskScheduler("limits-reader");
  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not read the limits of tenants",
          "limits stay as they are, retrying in " + INTERVAL.toSeconds() + " s",
          "reading the limits of tenants again");

  private final AtomicBoolean awake = new AtomicBoolean();
  private long revision = -1;
  private long nextCompleteRead = System.nanoTime();

  OverrideReader(OverrideDao dao, TenantLimits configured) {
    this.dao = dao;
    this.configured = configured;
  }

  /** Returns what a tenant may use; does not block. */
  TenantLimits of(TenantId tenant) {
    return limits.getOrDefault(tenant, configured);
  }

  @Override
  public void start() {
    scheduler.scheduleWithFixedDelay(Duration.ZERO, INTERVAL, this::readOrLog);
    scheduler.start();
  }

  /** Reads at once, on the reader's thread; wake-ups before the read are one. */
  void wake() {
    if (awake.compareAndSet(false, true)) {
      scheduler.execute(this::readOrLog);
    }
  }

  private void readOrLog() {
    awake.set(false);
    try {
      read();
      outage.up();
    } catch (JdbiException e) {
      outage.down(e);
    }
  }

  /** Reads the changes; called by one thread. */
  void read() {
    boolean isComplete = System.nanoTime() - nextCompleteRead >= 0;
    var rows = dao.changedAfter(isComplete ? -1 : revision);
    var read = new ConcurrentHashMap<TenantId, TenantLimits>();
    for (var row : rows) {
      revision = Math.max(revision, row.revision());
      read.put(row.tenantId(), configured.with(row.overrides()));
    }
    limits.putAll(read);
    if (isComplete) {
      limits.keySet().retainAll(read.keySet());
      nextCompleteRead = System.nanoTime() + COMPLETE_READ_INTERVAL.toNanos();
    }
  }

  @Override
  public void stop() throws InterruptedException {
    scheduler.stop();
  }
}
