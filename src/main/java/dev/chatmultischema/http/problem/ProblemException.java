package dev.chatmultischema.http.problem;

import java.time.Duration;
import java.util.Optional;

/** Ends a request with a problem, and with {@code Retry-After} if a retry may succeed. */
public class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Problem problem;
  private final transient Duration retryAfter;

  public ProblemException(Problem problem) {
    this(problem, null, null);
  }

  /**
   * @param retryAfter the time after which a retry may succeed; null if none may
   * @param cause null if there is none
   */
  public ProblemException(Problem problem, Duration retryAfter, Throwable cause) {
    super(problem.detail(), cause);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  public Problem problem() {
    return problem;
  }

  /**
   * Returns the time after which a retry may succeed; it is sent in whole seconds, at least one.
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
