package dev.chatmultischema.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.database.DatabaseUnavailable;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code GET /messages/stream}.
 *
 * <p>A servlet rather than a resource: the response leaves its request behind, and goes on as a
 * {@link StreamConnection}.
 */
final class StreamServlet extends HttpServlet {

  static final String PATH = "/messages/stream";

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(StreamServlet.class);
  private static final String METHODS = "GET, HEAD, OPTIONS";

  private final transient StreamGate gate;
  private final transient StreamHub hub;
  private final transient ObjectMapper json;

  StreamServlet(StreamGate gate, StreamHub hub, ObjectMapper json) {
    this.gate = gate;
    this.hub = hub;
    this.json = json;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      switch (request.getMethod()) {
        case "GET" -> {
          var query = StreamQuery.of(request);
          hub.open(gate.enter(request, query.ticket()), query.position(), request, response);
        }
        case "HEAD" -> {
          var unused = gate.byHeaders(request);
          setHeaders(response);
        }
        case "OPTIONS" -> {
          response.setStatus(HttpServletResponse.SC_NO_CONTENT);
          response.setHeader(HttpHeaders.ALLOW, METHODS);
        }
        default -> {
          response.setHeader(HttpHeaders.ALLOW, METHODS);
          refuse(response, Problem.of(405, "method_not_allowed", "a stream is opened with GET"));
        }
      }
    } catch (ProblemException e) {
      refuse(response, e);
    } catch (JdbiException e) {
      refuse(response, problem(e));
    }
  }

  /** What keeps caches and proxies from holding events back. */
  static void setHeaders(HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("text/event-stream");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
    // The connection is set up for a stream, and is of no use for other requests.
    response.setHeader("Connection", "close");
  }

  private static ProblemException problem(JdbiException e) {
    if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
      var id = UUID.randomUUID();
      LOG.error("stream not opened, answered as error {}", id, e);
      return new ProblemException(
          Problem.of(500, "internal_error", "an unexpected error, logged as " + id));
    }
    LOG.warn("stream not opened, database unavailable: {}", e.getMessage());
    return new DatabaseUnavailable(e);
  }

  private void refuse(HttpServletResponse response, ProblemException e) throws IOException {
    if (e.problem().status() == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    e.retryAfter()
        .ifPresent(
            wait ->
                response.setHeader(
                    HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
    refuse(response, e.problem());
  }

  private void refuse(HttpServletResponse response, Problem problem) throws IOException {
    var body = json.writeValueAsBytes(problem);
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
