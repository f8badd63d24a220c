package dev.chatmultischema.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.errors.ErrorResponder;
import dev.chatmultischema.http.problem.Problem;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;

/**
 * Serves {@code GET /messages/stream}.
 *
 * <p>A servlet rather than a resource: the response leaves its request behind, and goes on as a
 * {@link StreamConnection}.
 */
final class StreamServlet extends HttpServlet {

  static final String PATH = "/messages/stream";

  private static final long serialVersionUID = 1;
  private static final String METHODS = "GET, HEAD, OPTIONS";

  private final transient StreamGate gate;
  private final transient StreamHub hub;
  private final transient ObjectMapper json;
  private final transient ErrorResponder errors;

  StreamServlet(StreamGate gate, StreamHub hub, ObjectMapper json, ErrorResponder errors) {
    this.gate = gate;
    this.hub = hub;
    this.json = json;
    this.errors = errors;
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
    } catch (RuntimeException e) {
      if (response.isCommitted()) {
        throw e;
      }
      var error = errors.respond(e);
      error.headers().forEach(response::setHeader);
      refuse(response, error.problem());
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

  private void refuse(HttpServletResponse response, Problem problem) throws IOException {
    var body = json.writeValueAsBytes(problem);
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
