package dev.chatmultischema.message;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import java.time.Duration;

/**
 * The broker did not confirm: the messages may or may not be stored, and may be sent again under
 * the same ids.
 */
public final class BrokerUnavailable extends ProblemException {

  private static final long serialVersionUID = 1;

  /**
   * @param state what is known about the broker, for the log: it is not shown to clients
   */
  public BrokerUnavailable(String state, Throwable cause) {
    super(
        Problem.of(
            503,
            "broker_unavailable",
            "the message broker is not available, try again with the same ids"),
        Duration.ofSeconds(2),
        new IllegalStateException(state, cause));
  }

  @Override
  public String getMessage() {
    return getCause().getMessage();
  }
}
