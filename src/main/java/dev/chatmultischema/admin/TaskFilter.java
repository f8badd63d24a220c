package dev.chatmultischema.admin;

import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.limits.Overloaded;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs tasks, and responds with the status of their answers. Dropwizard's own servlet responds 500
 * to any exception of a task, and 200 once the first part of a long output was sent.
 */
final class TaskFilter extends HttpFilter {

  private static final long serialVersionUID = 1;

  /** The memory, in bytes, of a long list while it is rendered and sent. */
  private static final long LIST_BYTES = 6 * 1024 * 1024;

  private final transient Map<String, AuditedTask<?>> tasks = new HashMap<>();
  private final transient ByteBudget responses;

  TaskFilter(List<AuditedTask<?>> tasks, ByteBudget responses) {
    this.responses = responses;
    tasks.forEach(task -> this.tasks.put("/" + task.getName(), task));
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!request.getMethod().equals("POST")) {
      refuseMethod(request, response, chain);
      return;
    }
    var task = tasks.get(request.getPathInfo());
    if (task == null) {
      chain.doFilter(request, response);
      return;
    }
    try {
      if (task.isListing()) {
        responses.open(request).closeAfter(request).reserve(LIST_BYTES, LIST_BYTES);
      }
      var answer = task.answer(parameters(request), request.getRemoteAddr());
      response.setStatus(answer.status());
      response.setContentType("text/plain;charset=UTF-8");
      response.getWriter().write(answer.text());
    } catch (Overloaded e) {
      response.setStatus(503);
      response.setHeader("Retry-After", "1");
      response.setContentType("text/plain;charset=UTF-8");
      response.getWriter().println("nothing was done: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.sendError(503);
    }
  }

  /**
   * Responds to every method except POST as Dropwizard's servlet responds to GET: with a list of
   * tasks, or with 405, to which it adds {@code Allow}.
   */
  private static void refuseMethod(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var asGet =
        new HttpServletRequestWrapper(request) {
          @Override
          public String getMethod() {
            return "GET";
          }
        };
    chain.doFilter(asGet, response);
    if (response.getStatus() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
      response.setHeader("Allow", "POST");
    }
  }

  private static Parameters parameters(HttpServletRequest request) {
    var query = new HashMap<String, List<String>>();
    request.getParameterMap().forEach((name, values) -> query.put(name, List.of(values)));
    return new Parameters(query);
  }
}
