package dev.chatmultischema.stream;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import java.time.Duration;
import java.util.Locale;

/** A stream that is not opened, or not prepared, though the request was right. */
final class StreamRefused extends ProblemException {

  private static final long serialVersionUID = 1;

  private StreamRefused(Problem problem, Duration retryAfter) {
    super(problem, retryAfter, null);
  }

  static StreamRefused tooMany(String whose, int max) {
    return new StreamRefused(
        Problem.of(
            429,
            "too_many_streams",
            String.format(Locale.ROOT, "%s has %d streams open, the most allowed", whose, max)),
        Duration.ofSeconds(10));
  }

  static StreamRefused tooManyTickets(int max) {
    return new StreamRefused(
        Problem.of(
            429,
            "too_many_tickets",
            String.format(
                Locale.ROOT, "you have %d tickets that are not used, the most allowed", max)),
        Duration.ofSeconds(10));
  }

  static StreamRefused stopping() {
    return new StreamRefused(
        Problem.of(503, "stopping", "this node stops, connect again to reach another"),
        Duration.ofSeconds(1));
  }
}
