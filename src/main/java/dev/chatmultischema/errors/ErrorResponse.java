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
 * @param more headers of this problem
 */
public record ErrorResponse(
    Problem problem, Optional<Duration> retryAfter, Map<String, String> more) {

  ErrorResponse(Problem problem, Optional<Duration> retryAfter) {
    this(problem, retryAfter, Map.of());
  }

  static ErrorResponse of(Problem problem) {
    return new ErrorResponse(problem, Optional.empty());
  }

  /**
   * Returns the headers beside those of the body: {@code WWW-Authenticate} for 401, {@code
   * Retry-After} in seconds, rounded up and at least 1, if there is a time to wait, and {@code
   * more}.
   */
  public Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    if (problem.status() == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    retryAfter.ifPresent(
        wait -> headers.put("Retry-After", Long.toString(Math.max(1, ceilSeconds(wait)))));
    headers.putAll(more);
    return headers;
  }

  private static long ceilSeconds(Duration time) {
    return time.plusNanos(999_999_999).toSeconds();
  }
}
