package dev.chatmultischema.database;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import java.time.Duration;

/**
 * PostgreSQL did not answer; nothing was changed, or nothing that a repeated request would double.
 */
public final class DatabaseUnavailable extends ProblemException {

  private static final long serialVersionUID = 1;

  public DatabaseUnavailable(Throwable cause) {
    super(
        Problem.of(503, "database_unavailable", "the database is not available, try again"),
        Duration.ofSeconds(2),
        cause);
  }
}
