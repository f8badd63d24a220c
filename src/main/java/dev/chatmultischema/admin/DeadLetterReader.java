package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.tenant.TenantId;
import org.jdbi.v3.core.Jdbi;

/** Reads a tenant's dead letters, which stay in their queue, while nothing else reads them. */
public final class DeadLetterReader {

  private final DeadLetters letters;
  private final Jdbi jdbi;

  public DeadLetterReader(DeadLetters letters, Jdbi jdbi) {
    this.letters = letters;
    this.jdbi = jdbi;
  }

  /**
   * Returns the oldest dead letters, at most {@code limit} and {@value DeadLetters#MAX_OLDEST}.
   *
   * @throws OperationFailed if another operation holds the lock on them for longer than 5 s
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker is unavailable
   */
  public DeadLetters.Listing oldest(TenantId tenant, int limit) throws OperationFailed {
    try (var lock = DeadLetterLock.acquire(jdbi, tenant)) {
      lock.verify();
      return letters.oldest(tenant, limit);
    }
  }
}
