package dev.chatmultischema.http.limits;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import java.time.Duration;

/** A limit on memory or threads is reached for the moment: 503 {@code overloaded}. */
public final class Overloaded extends ProblemException {

  private static final long serialVersionUID = 1;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /**
   * @param detail the reason, for the client, which may retry after 1 s
   */
  public Overloaded(String detail) {
    super(Problem.of(503, "overloaded", detail), RETRY_AFTER, null);
  }
}
