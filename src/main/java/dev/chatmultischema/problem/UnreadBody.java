package dev.chatmultischema.problem;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;

/**
 * Tells a client whose request is refused before its body was read that the connection closes (RFC
 * 9112, section 9.6): it does so anyway where the body has not arrived, and the client's next
 * request on it would fail.
 */
final class UnreadBody implements ContainerResponseFilter {

  /** Set on a request whose body was read whole. */
  static final String READ = "dev.chatmultischema.problem.body-read";

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    // Not hasEntity(), which waits for the first byte.
    var body = request.getLength() > 0 || request.getHeaderString("Transfer-Encoding") != null;
    if (body && response.getStatus() >= 400 && request.getProperty(READ) == null) {
      response.getHeaders().putSingle("Connection", "close");
    }
  }
}
