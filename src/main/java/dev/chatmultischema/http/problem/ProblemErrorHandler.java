package dev.chatmultischema.http.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.http.trace.RequestIdHandler;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Responds with a {@link Problem} to requests that the servlet container refuses. */
final class ProblemErrorHandler extends ErrorPageErrorHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemErrorHandler.class);

  private final ObjectMapper json;

  ProblemErrorHandler(ObjectMapper json) {
    this.json = json;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    RequestIdHandler.complete(request, response);
    int status = Math.max(400, response.getStatus());
    boolean servletLacksMethod = status == 405 || status == 501;
    if (servletLacksMethod && !response.getHeaders().contains(HttpHeader.ALLOW)) {
      // The servlet is read-only: servlets with other methods set Allow themselves. A method that
      // only other servlets support is not allowed (RFC 9110, section 15.5.6).
      status = 405;
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, OPTIONS");
    }
    try {
      var body = ByteBuffer.wrap(json.writeValueAsBytes(Problem.ofStatus(status)));
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
      response.write(true, body, callback);
    } catch (Exception e) {
      LOG.warn("could not write the problem of status {}; closing the connection", status, e);
      callback.failed(e);
    }
    return true;
  }
}
