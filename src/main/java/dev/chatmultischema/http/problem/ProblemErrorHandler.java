package dev.chatmultischema.http.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with a {@link Problem} where the servlet container refuses a request before a resource
 * sees it.
 */
final class ProblemErrorHandler extends ErrorPageErrorHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemErrorHandler.class);

  private final ObjectMapper json;

  ProblemErrorHandler(ObjectMapper json) {
    this.json = json;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = Math.max(400, response.getStatus());
    boolean servletLacksMethod = status == 405 || status == 501;
    if (servletLacksMethod && !response.getHeaders().contains(HttpHeader.ALLOW)) {
      // Of a servlet that only reads; what has other methods names them itself. A method that is
      // known, but not to this servlet, is not allowed here (RFC 9110, section 15.5.6).
      status = 405;
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, OPTIONS");
    }
    try {
      var body = ByteBuffer.wrap(json.writeValueAsBytes(Problem.ofStatus(status)));
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
      response.write(true, body, callback);
    } catch (Exception e) {
      LOG.warn("could not answer with status {}", status, e);
      callback.failed(e);
    }
    return true;
  }
}
