package dev.chatmultischema.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
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
    var reason = HttpStatus.getMessage(status);
    var code =
        status == 500
            ? "internal_error"
            : reason.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_");
    try {
      var body = ByteBuffer.wrap(json.writeValueAsBytes(Problem.of(status, code, reason)));
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
