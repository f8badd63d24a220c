package dev.chatmultischema.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.http.problem.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses tasks that a browser posts. Every browser sends {@code Origin} with a post (Fetch
 * Standard, section 3.2); other clients, which operators use on purpose, do not.
 */
final class ReadOnlyFilter extends HttpFilter {

  private static final long serialVersionUID = 1;

  private final transient ObjectMapper json;

  ReadOnlyFilter(ObjectMapper json) {
    this.json = json;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getHeader("Origin") == null && request.getHeader("Sec-Fetch-Site") == null) {
      chain.doFilter(request, response);
      return;
    }
    var problem = Problem.of(403, "console_read_only", "the console of this service is read-only");
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    json.writeValue(response.getOutputStream(), problem);
  }
}
