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
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers 400 where a task is asked for something that makes no sense: Dropwizard itself answers
 * 500 to whatever a task throws. A task's output is held back until it has ended, since a status
 * that was sent with the first of a long output cannot become a 500 any more.
 */
final class UsageFilter extends HttpFilter {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(UsageFilter.class);

  private final transient Map<String, Operation> operations = new HashMap<>();

  UsageFilter(List<Operation> operations) {
    operations.forEach(operation -> this.operations.put("/" + operation.name(), operation));
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var operation = operations.get(request.getPathInfo());
    if (operation == null || !request.getMethod().equals("POST")) {
      chain.doFilter(request, response);
      return;
    }
    try {
      operation.check(parameters(request));
    } catch (BadUsage e) {
      refuse(response, operation, e);
      return;
    } catch (JdbiException e) {
      LOG.debug("{} could not be checked, so it will fail", operation.name(), e);
    }
    var held = new HeldResponse(response);
    chain.doFilter(request, held);
    held.release();
  }

  private static Parameters parameters(HttpServletRequest request) {
    var query = new HashMap<String, List<String>>();
    request.getParameterMap().forEach((name, values) -> query.put(name, List.of(values)));
    return new Parameters(query);
  }

  private static void refuse(HttpServletResponse response, Operation operation, BadUsage reason)
      throws IOException {
    response.setStatus(400);
    response.setContentType("text/plain;charset=UTF-8");
    var output = response.getWriter();
    output.println(reason.getMessage());
    output.println("usage: POST /tasks/%s%s".formatted(operation.name(), operation.usage()));
  }
}
