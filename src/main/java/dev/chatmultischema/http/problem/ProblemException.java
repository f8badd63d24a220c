package dev.chatmultischema.http.problem;

import java.time.Duration;
import java.util.Optional;

/** Ends a request with the given problem, and a {@code Retry-After} where trying again may help. */
public class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Problem problem;
  private final transient Duration retryAfter;

  public ProblemException(Problem problem) {
    this(problem, null, null);
  }

  public ProblemException(Problem problem, Duration retryAfter, Throwable cause) {
    super(problem.detail(), cause);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  public Problem problem() {
    return problem;
  }

  /** How long a client should wait, in whole seconds of at least one. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
