package dev.chatmultischema.amqp.topology;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;

/**
 * Remembers which tenants had no dead-letter queue. Each question about a missing queue makes the
 * broker close a channel and log an error, and most tenants have no dead letters. Safe for all
 * threads.
 */
final class MissingDeadLetterQueues {

  /** Bounds for how long a queue that something else declared goes unnoticed. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final Cache<TenantId, Boolean> missing =
      Caffeine.newBuilder().expireAfterWrite(LIFETIME).build();
  private long declarations;

  boolean contains(TenantId tenant) {
    return missing.getIfPresent(tenant) != null;
  }

  /** Returns how many declarations are known, to be passed to {@link #add}. */
  synchronized long declarations() {
    return declarations;
  }

  /**
   * Remembers that a queue was missing.
   *
   * @param declarations as known before the broker was asked; if there were others meanwhile,
   *     nothing is remembered
   */
  synchronized void add(TenantId tenant, long declarations) {
    if (declarations == this.declarations) {
      missing.put(tenant, true);
    }
  }

  /** Forgets all, since some tenant's queue was declared. */
  synchronized void forget() {
    declarations++;
    missing.invalidateAll();
  }
}
