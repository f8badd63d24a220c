package dev.chatmultischema.http.response;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import java.time.Duration;

/** The node holds as many bytes of unsent responses as it may: 503 with {@code Retry-After}. */
public final class Overloaded extends ProblemException {

  private static final long serialVersionUID = 1;

  Overloaded() {
    super(
        Problem.of(503, "overloaded", "other responses take all the memory, try again"),
        Duration.ofSeconds(1),
        null);
  }
}
