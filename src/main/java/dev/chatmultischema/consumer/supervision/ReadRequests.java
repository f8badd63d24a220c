package dev.chatmultischema.consumer.supervision;

/**
 * Counts the requests to read the desired state at once, so that one read answers all requests that
 * came before it.
 *
 * <p>Not thread-safe: the lock of the supervisor guards it.
 */
final class ReadRequests {

  private long requested;
  private long attempted;
  private long answered;

  /** Adds a request; returns its number for {@link #isAnswered}. */
  long add() {
    return ++requested;
  }

  /** Returns whether a request came after the last attempt to read. */
  boolean isPending() {
    return requested > attempted;
  }

  /** Begins an attempt; returns the number of the last request that it answers if it succeeds. */
  long beginAttempt() {
    attempted = requested;
    return attempted;
  }

  void succeeded(long attempt) {
    answered = attempt;
  }

  boolean isAnswered(long request) {
    return answered >= request;
  }
}
