package dev.chatmultischema.consumer.processing;

/**
 * The outcome of one delivery of a batch. {@link OutcomePolicy} decides it where the delivery could
 * not be stored.
 *
 * <p>A delivery that has no outcome when its consumer shuts down is requeued.
 */
sealed interface Outcome {

  DecodedDelivery delivery();

  /** Calls the handler's method for this outcome. */
  void dispatch(Handler handler);

  /**
   * Handles every outcome. An outcome without a method here does not compile, as one without a case
   * would not in a switch over sealed types, which Java has from version 21.
   */
  interface Handler {
    void stored(Stored outcome);

    void duplicate(Duplicate outcome);

    void retry(Retry outcome);

    void deadLetter(DeadLetter outcome);

    void postponed(Postponed outcome);
  }

  /** The message is committed; the delivery is acknowledged. */
  record Stored(DecodedDelivery delivery) implements Outcome {
    @Override
    public void dispatch(Handler handler) {
      handler.stored(this);
    }
  }

  /** A message of this id was committed before; the delivery is acknowledged. */
  record Duplicate(DecodedDelivery delivery) implements Outcome {
    @Override
    public void dispatch(Handler handler) {
      handler.duplicate(this);
    }
  }

  /** The attempt failed; the message is republished to a retry queue. */
  record Retry(DecodedDelivery delivery, Exception cause) implements Outcome {
    @Override
    public void dispatch(Handler handler) {
      handler.retry(this);
    }
  }

  /**
   * The message can never be stored, or has no retry left, and is republished to the tenant's
   * dead-letter queue.
   */
  record DeadLetter(DecodedDelivery delivery, Exception cause) implements Outcome {
    @Override
    public void dispatch(Handler handler) {
      handler.deadLetter(this);
    }
  }

  /**
   * A dependency is unavailable, which counts as no attempt of the message; the delivery stays in
   * its sender bucket, and the consumer pauses.
   */
  record Postponed(DecodedDelivery delivery, Exception cause) implements Outcome {
    @Override
    public void dispatch(Handler handler) {
      handler.postponed(this);
    }
  }
}
