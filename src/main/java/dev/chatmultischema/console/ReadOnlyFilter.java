package dev.chatmultischema.console;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemWriter;
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

  private final transient ProblemWriter problems;

  ReadOnlyFilter(ProblemWriter problems) {
    this.problems = problems;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getHeader("Origin") == null && request.getHeader("Sec-Fetch-Site") == null) {
      chain.doFilter(request, response);
      return;
    }
    problems.write(
        response, Problem.of(403, "console_read_only", "the console of this service is read-only"));
  }
}
