package dev.chatmultischema.http.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes problems as responses of handlers, servlets and filters. */
public record ProblemWriter(ObjectMapper json) {

  /** Completes a response; closes its connection if the request's body is partly unread. */
  public void write(
      Response response, Callback callback, ProblemException refusal, boolean bodyUnread) {
    var headers = response.getHeaders();
    refusal
        .retryAfter()
        .ifPresent(wait -> headers.put(HttpHeader.RETRY_AFTER, Math.max(1, wait.toSeconds())));
    if (refusal.problem().status() == 415) {
      headers.put(HttpHeader.ACCEPT_ENCODING, "gzip");
    }
    if (bodyUnread) {
      headers.put(HttpHeader.CONNECTION, "close");
    }
    response.write(true, prepare(response, refusal.problem()), callback);
  }

  /** Writes the status, the headers and the body. */
  public void write(HttpServletResponse response, Problem problem) throws IOException {
    var body = json.writeValueAsBytes(problem);
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** Sets status and headers, and returns the body. */
  public ByteBuffer prepare(Response response, Problem problem) {
    response.setStatus(problem.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    try {
      var body = json.writeValueAsBytes(problem);
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
      return ByteBuffer.wrap(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem cannot be written as JSON", e);
    }
  }
}
