package dev.chatmultischema.auth;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import java.time.Duration;

/** More logins at once than the processors can hash passwords for. */
final class TooManyLogins extends ProblemException {

  private static final long serialVersionUID = 1;

  TooManyLogins() {
    super(
        Problem.of(429, "too_many_logins", "too many logins at once, try again"),
        Duration.ofSeconds(5),
        null);
  }
}
