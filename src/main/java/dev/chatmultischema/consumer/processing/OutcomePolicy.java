package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.consumer.processing.Outcome.DeadLetter;
import dev.chatmultischema.consumer.processing.Outcome.Postponed;
import dev.chatmultischema.consumer.processing.Outcome.Retry;
import dev.chatmultischema.database.DatabaseFault;
import org.jdbi.v3.core.JdbiException;

/** Decides the outcome of every delivery that could not be stored, by the cause alone. */
public final class OutcomePolicy {

  private final int maxRetries;

  /**
   * @param maxRetries the number of retries before a message becomes a dead letter
   */
  public OutcomePolicy(int maxRetries) {
    this.maxRetries = maxRetries;
  }

  private enum Kind {
    /** A dependency is unavailable; every other message would fail too. */
    OUTAGE,
    /** The message failed and may succeed later. */
    TRANSIENT,
    /** The message will always fail. */
    PERMANENT
  }

  private static Kind kind(JdbiException cause) {
    return switch (DatabaseFault.of(cause)) {
      // A missing partition is that of a tenant being deleted, or of a database not yet migrated.
      case OUTAGE, MISSING -> Kind.OUTAGE;
      case CONFLICT, REFUSED -> Kind.TRANSIENT;
      case INVALID -> Kind.PERMANENT;
    };
  }

  /**
   * Returns whether a transaction failed for a reason that lies outside its messages, so that
   * splitting the batch would not help.
   */
  boolean isOutage(JdbiException cause) {
    return kind(cause) == Kind.OUTAGE;
  }

  /** Decides on a delivery whose transaction, with no other message in it, has failed. */
  Outcome notStored(DecodedDelivery delivery, JdbiException cause) {
    return switch (kind(cause)) {
      case OUTAGE -> new Postponed(delivery, cause);
      case TRANSIENT ->
          delivery.failedAttempts() < maxRetries
              ? new Retry(delivery, cause)
              : new DeadLetter(delivery, cause);
      case PERMANENT -> new DeadLetter(delivery, cause);
    };
  }

  /** Decides on a delivery whose headers or content cannot be decoded, which never changes. */
  DeadLetter undecodable(DecodedDelivery delivery, Exception cause) {
    return new DeadLetter(delivery, cause);
  }

  /** Decides on a delivery that the broker did not confirm in a retry or dead-letter queue. */
  Postponed notRepublished(DecodedDelivery delivery, Exception cause) {
    return new Postponed(delivery, cause);
  }

  /** Decides on a delivery whose batch was ended by an error in this service. */
  Postponed unexpected(DecodedDelivery delivery, Throwable error) {
    return new Postponed(delivery, new IllegalStateException("unexpected error: " + error, error));
  }
}
