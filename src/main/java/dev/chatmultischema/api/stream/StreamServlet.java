package dev.chatmultischema.api.stream;

import dev.chatmultischema.errors.ErrorResponder;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemWriter;
import dev.chatmultischema.stream.StreamHub;
import dev.chatmultischema.stream.StreamResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;

/**
 * Serves {@code GET /messages/stream}.
 *
 * <p>It is a servlet and not a resource, because the stream keeps the connection after the request
 * has ended, for which JAX-RS has no interface.
 */
final class StreamServlet extends HttpServlet {

  static final String PATH = "/messages/stream";

  private static final long serialVersionUID = 1;
  private static final String METHODS = "GET, HEAD, OPTIONS";

  private final transient StreamAuthorizer authorizer;
  private final transient StreamHub hub;
  private final transient ProblemWriter problems;
  private final transient ErrorResponder errors;

  StreamServlet(
      StreamAuthorizer authorizer, StreamHub hub, ProblemWriter problems, ErrorResponder errors) {
    this.authorizer = authorizer;
    this.hub = hub;
    this.problems = problems;
    this.errors = errors;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      switch (request.getMethod()) {
        case "GET" -> {
          var query = StreamQuery.of(request);
          var grant = authorizer.authorize(request, query.ticket());
          hub.open(grant, query.position(), new ServletStreamResponse(request, response));
        }
        case "HEAD" -> {
          var unused = authorizer.check(request);
          setHeaders(response);
        }
        case "OPTIONS" -> {
          response.setStatus(HttpServletResponse.SC_NO_CONTENT);
          response.setHeader(HttpHeaders.ALLOW, METHODS);
        }
        default -> {
          response.setHeader(HttpHeaders.ALLOW, METHODS);
          problems.write(
              response, Problem.of(405, "method_not_allowed", "a stream is opened with GET"));
        }
      }
    } catch (RuntimeException e) {
      // Jetty maps its own exceptions to a status, such as 400 for a malformed query.
      if (response.isCommitted() || e instanceof HttpException) {
        throw e;
      }
      var error = errors.respond(e);
      error.headers().forEach(response::setHeader);
      problems.write(response, error.problem());
    }
  }

  private record ServletStreamResponse(
      HttpServletRequest servletRequest, HttpServletResponse response) implements StreamResponse {

    @Override
    public void sendHeaders() throws IOException {
      setHeaders(response);
      response.flushBuffer();
    }

    @Override
    public Request request() {
      return ServletContextRequest.getServletContextRequest(servletRequest);
    }
  }

  /** Sets headers that keep caches and proxies from buffering events. */
  private static void setHeaders(HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("text/event-stream");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
    // The connection is upgraded to a stream, and cannot be used for other requests.
    response.setHeader("Connection", "close");
  }
}
