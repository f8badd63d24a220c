package dev.chatmultischema.logging;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;

/**
 * Logs an outage once when it begins, with its reason and its consequence, and once when it ends.
 *
 * <p>Failures and successes in between are logged at level DEBUG or not at all, so that an attempt
 * that is repeated several times a second does not fill the log. Safe for use by several threads.
 */
public final class OutageLog {

  private enum State {
    UNKNOWN,
    UP,
    DOWN
  }

  private final Logger log;
  private final String failure;
  private final String consequence;
  private final String recovery;
  private final AtomicReference<State> state;

  /**
   * Creates a log whose first line is that of a failure.
   *
   * @param failure the failure, as in {@code could not read stream heads}
   * @param consequence the next action, as in {@code retrying in 250 ms}
   * @param recovery the line after the outage, as in {@code reading stream heads again}
   */
  public OutageLog(Logger log, String failure, String consequence, String recovery) {
    this(log, failure, consequence, recovery, State.UP);
  }

  private OutageLog(
      Logger log, String failure, String consequence, String recovery, State initialState) {
    this.log = log;
    this.failure = failure;
    this.consequence = consequence;
    this.recovery = recovery;
    this.state = new AtomicReference<>(initialState);
  }

  /** Creates a log that reports the first success too, as the recovery from an unknown state. */
  public static OutageLog withFirstSuccess(
      Logger log, String failure, String consequence, String recovery) {
    return new OutageLog(log, failure, consequence, recovery, State.UNKNOWN);
  }

  /** Reports a failed attempt: logs {@code failure: reason; consequence} if none failed before. */
  public void down(String reason) {
    if (state.getAndSet(State.DOWN) != State.DOWN) {
      log.warn("{}: {}; {}", failure, reason, consequence);
    } else {
      log.debug("{}: {}", failure, reason);
    }
  }

  /** Reports a failed attempt, with its {@link FailureReason}. */
  public void down(Throwable cause) {
    down(FailureReason.of(cause));
  }

  /** Reports a successful attempt: logs the recovery if the attempt before it failed. */
  public void up() {
    // Read first: on the usual path this is one volatile read.
    if (state.get() != State.UP && state.getAndSet(State.UP) != State.UP) {
      log.info("{}", recovery);
    }
  }
}
