package dev.chatmultischema.api.security;

import dev.chatmultischema.audit.ClientAddress;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Makes the client's address available to the security events that a request causes. */
final class AddressFilter extends HttpFilter {

  private static final long serialVersionUID = 1;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ClientAddress.<IOException, ServletException>with(
        request.getRemoteAddr(), () -> chain.doFilter(request, response));
  }
}
