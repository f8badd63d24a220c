package dev.chatmultischema.message;

import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whose messages are erased: messages of these senders that wait in queues are stored without
 * their content. Every node reads new erasures each second, so the lookup needs no query.
 */
public final class ErasedSenders implements Managed {

  /** The content in place of an erased one. */
  public static final Content TOMBSTONE = new Content("{\"erased\":true}");

  /** The time within which every node that reaches PostgreSQL knows an erasure. */
  public static final Duration STALENESS = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(ErasedSenders.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ErasureDao dao;
  private final Map<TenantId, Map<UUID, Instant>> erased = new ConcurrentHashMap<>();
  private final PeriodicTask reader =
      new PeriodicTask("erasures-reader", INTERVAL, INTERVAL, this::readOrLog);
  private final OutageLog outage =
      new OutageLog(LOG, "could not read erasures", "retrying in 1 s", "reading erasures again");
  private volatile boolean isRead;
  private volatile Consumer<TenantId> listener = tenant -> {};
  private long revision = -1;

  public ErasedSenders(Jdbi jdbi) {
    this.dao = jdbi.onDemand(ErasureDao.class);
  }

  /** Sets what is called with the tenant of each erasure that was completed. */
  public void onErasure(Consumer<TenantId> action) {
    listener = action;
  }

  /**
   * Returns whether a message of a sender, who may be null, is erased. Reads the erasures first if
   * that was not possible yet.
   *
   * @throws JdbiException if they were never read, and the database is unavailable
   */
  public boolean contains(TenantId tenant, UUID sender, Instant acceptedAt) {
    if (!isRead) {
      read();
    }
    var senders = sender == null ? null : erased.get(tenant);
    var until = senders == null ? null : senders.get(sender);
    return until != null && !acceptedAt.isAfter(until);
  }

  /** Reads new erasures at once, on the thread of the reader. */
  public void wake() {
    reader.runNow();
  }

  private void readOrLog() {
    try {
      read();
      outage.up();
    } catch (JdbiException e) {
      outage.down(e);
    }
  }

  /**
   * Reads the erasures since the last read.
   *
   * @throws JdbiException if the database is unavailable
   */
  public synchronized void read() {
    boolean first = !isRead;
    for (var row : dao.after(revision)) {
      erased.compute(
          row.tenantId(),
          (tenant, before) -> {
            var senders = before == null ? new HashMap<UUID, Instant>() : new HashMap<>(before);
            senders.merge(
                row.senderId(),
                row.requestedAt(),
                (one, other) -> one.isAfter(other) ? one : other);
            return senders;
          });
      revision = row.revision();
      if (row.complete() && !first) {
        listener.accept(row.tenantId());
      }
    }
    isRead = true;
  }

  @Override
  public void start() {
    reader.start();
  }

  @Override
  public void stop() throws InterruptedException {
    reader.stop();
  }
}
