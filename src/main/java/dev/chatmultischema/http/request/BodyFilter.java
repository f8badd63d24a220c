package dev.chatmultischema.http.request;

import com.google.common.base.Utf8;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;

/**
 * Passes the body in memory to the resource, after authentication, and refuses bodies that are not
 * well-formed UTF-8: the JSON parser accepts overlong forms and encoded surrogates.
 */
@Priority(Priorities.ENTITY_CODER)
public final class BodyFilter implements ContainerRequestFilter, ContainerResponseFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    if (request.getProperty(RequestBody.ATTRIBUTE) instanceof RequestBody body) {
      if (!Utf8.isWellFormed(body.array(), 0, body.length())) {
        throw new ProblemException(Problem.of(400, "malformed_json", "the body is not UTF-8"));
      }
      request.setEntityStream(body.stream());
    } else if (request.getProperty(RequestBody.ABANDONED) != null) {
      // The reason, such as an unavailable database, has passed since: the body is lost.
      throw Refusal.noMemory();
    }
  }

  /**
   * Announces that the connection closes (RFC 9112, section 9.6) if a request is refused before its
   * body was read. Jetty closes it anyway if the body has not arrived, and the client's next
   * request on it would fail.
   */
  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    boolean hasBody =
        request.getLength() > 0 || request.getHeaderString("Transfer-Encoding") != null;
    if (hasBody
        && response.getStatus() >= 400
        && request.getProperty(RequestBody.ATTRIBUTE) == null) {
      response.getHeaders().putSingle("Connection", "close");
    }
  }
}
