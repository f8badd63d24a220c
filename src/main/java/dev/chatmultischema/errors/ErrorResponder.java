package dev.chatmultischema.errors;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.RateLimiter;
import dev.chatmultischema.http.problem.Problem;
import java.util.UUID;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns the response to every exception, and logs those that an operator should know of; no stack
 * trace or SQL ever leaves the service.
 */
public final class ErrorResponder {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorResponder.class);

  /** Outages are logged once a second, since one of them fails thousands of requests. */
  private final RateLimiter outages = RateLimiter.create(1);

  /** Returns the problem of {@link ErrorMapping}, or 500 with an id that the log has too. */
  public ErrorResponse respond(Throwable error) {
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
      // Nobody reads this response.
      LOG.debug("the client closed the connection", error);
      return ErrorResponse.of(Problem.of(400, "client_closed_request", "the client hung up"));
    }
    var id = UUID.randomUUID();
    LOG.error("request failed, answered as error {}", id, error);
    return ErrorResponse.of(
        Problem.of(500, "internal_error", "an unexpected error, logged as " + id));
  }
}
