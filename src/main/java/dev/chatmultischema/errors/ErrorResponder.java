package dev.chatmultischema.errors;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.RateLimiter;
import dev.chatmultischema.http.problem.Problem;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns the response to an exception, and logs the exception if the status is 500 or above; no
 * response has a stack trace or SQL.
 */
public final class ErrorResponder {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorResponder.class);

  /** Outages are logged at most once a second, since one of them fails thousands of requests. */
  private final RateLimiter outages = RateLimiter.create(1);

  /**
   * Returns the problem of {@link ErrorMapping}; for a programming error a problem with status 500
   * and an id under which the exception is logged.
   */
  public ErrorResponse respond(Throwable thrown) {
    // A stage that depends on a failed one fails with a wrapper of the failure.
    var error =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    var known = ErrorMapping.of(error);
    if (known.isEmpty()) {
      return unexpected(error);
    }
    var problem = known.get().problem();
    if (problem.status() >= 500 && outages.tryAcquire()) {
      LOG.warn("request refused with {}: {}", problem.code(), error.getMessage());
    }
    return known.get();
  }

  private static ErrorResponse unexpected(Throwable error) {
    if (Throwables.getCausalChain(error).stream().anyMatch(EofException.class::isInstance)) {
      // The client has closed the connection, and does not receive this response.
      LOG.debug("the client closed the connection", error);
      return ErrorResponse.of(
          Problem.of(400, "client_closed_request", "the client closed the connection"));
    }
    var id = UUID.randomUUID();
    LOG.error("request failed unexpectedly, responded 500 with error id {}", id, error);
    return ErrorResponse.of(
        Problem.of(500, "internal_error", "an unexpected error, logged as " + id));
  }
}
