package dev.chatmultischema.http.response;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;

/**
 * Serves HEAD as GET, whose body Jetty does not send: Jersey's own HEAD sends a {@code
 * Content-Length} of 0, which RFC 9110, section 8.6, forbids if GET has a body.
 */
@PreMatching
public final class HeadFilter implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    if (request.getMethod().equals(HttpMethod.HEAD)) {
      request.setMethod(HttpMethod.GET);
    }
  }
}
