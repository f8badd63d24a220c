package dev.chatmultischema.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Leads {@code GET /} of the admin port to the console. */
final class RootRedirect extends HttpFilter {

  private static final long serialVersionUID = 1;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getMethod().equals("GET") && request.getRequestURI().equals("/")) {
      response.sendRedirect("/console/");
    } else {
      chain.doFilter(request, response);
    }
  }
}
