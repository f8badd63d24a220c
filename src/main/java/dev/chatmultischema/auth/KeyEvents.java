package dev.chatmultischema.auth;

import dev.chatmultischema.audit.AuditDao;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.concurrency.DaemonThreads;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in the audit that this node uses other keys of tokens than those that a node has recorded
 * last. It compares them once after the start, on a thread that ends then; while the database is
 * unavailable it repeats that.
 */
public final class KeyEvents implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(KeyEvents.class);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);

  private final Jdbi jdbi;
  private final SecurityEvents events;
  private final String keys;
  private final Thread thread = DaemonThreads.named("token-keys").newThread(this::run);

  public KeyEvents(Jdbi jdbi, SecurityEvents events, JwtTokens tokens) {
    this.jdbi = jdbi;
    this.events = events;
    this.keys = tokens.describeKeys();
  }

  @Override
  public void start() {
    thread.start();
  }

  private void run() {
    var backoff = new Backoff(MAX_BACKOFF);
    try {
      while (!compare()) {
        Thread.sleep(backoff.next().toMillis());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false if the keys could not be compared and recorded. */
  private boolean compare() {
    try {
      jdbi.useTransaction(
          handle -> {
            var last = handle.attach(AuditDao.class).newest(EventType.KEYS_CHANGED.label());
            if (!last.equals(Optional.of(keys))) {
              events.record(handle, SecurityEvent.of(EventType.KEYS_CHANGED, keys));
            }
          });
      return true;
    } catch (JdbiException e) {
      LOG.debug("could not compare the keys of tokens with the audit: {}; retrying", e.toString());
      return false;
    }
  }

  /** Interrupts a comparison that is still repeated. */
  @Override
  public void stop() {
    thread.interrupt();
  }
}
