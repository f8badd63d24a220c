package dev.chatmultischema.ops;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers tasks with the status that fits: Dropwizard's own servlet answers 500 to whatever a task
 * throws, and cannot take back a 200 that was sent with the first part of a long output.
 */
final class TaskFilter extends HttpFilter {

  private static final long serialVersionUID = 1;

  private final transient Map<String, AuditedTask> tasks = new HashMap<>();

  TaskFilter(List<AuditedTask> tasks) {
    tasks.forEach(task -> this.tasks.put("/" + task.getName(), task));
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var task = tasks.get(request.getPathInfo());
    if (task == null || !request.getMethod().equals("POST")) {
      chain.doFilter(request, response);
      return;
    }
    try {
      var answer = task.answer(parameters(request));
      response.setStatus(answer.status());
      response.setContentType("text/plain;charset=UTF-8");
      response.getWriter().write(answer.text());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.sendError(503);
    }
  }

  private static Parameters parameters(HttpServletRequest request) {
    var query = new HashMap<String, List<String>>();
    request.getParameterMap().forEach((name, values) -> query.put(name, List.of(values)));
    return new Parameters(query);
  }
}
