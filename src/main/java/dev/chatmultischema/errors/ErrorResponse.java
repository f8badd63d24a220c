package dev.chatmultischema.errors;

import dev.chatmultischema.http.problem.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A problem, and the time after which a client may repeat its request.
 *
 * @param retryAfter the time to wait, or empty if a repeated request would fail again
 */
public record ErrorResponse(Problem problem, Optional<Duration> retryAfter) {

  static ErrorResponse of(Problem problem) {
    return new ErrorResponse(problem, Optional.empty());
  }

  /**
   * Returns the headers beside those of the body: {@code WWW-Authenticate} for 401, and {@code
   * Retry-After} in seconds, at least 1, if there is a time to wait.
   */
  public Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    if (problem.status() == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    retryAfter.ifPresent(
        wait -> headers.put("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))));
    return headers;
  }
}
