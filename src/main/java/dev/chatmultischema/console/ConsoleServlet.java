package dev.chatmultischema.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.errors.ErrorResponder;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.http.problem.ProblemWriter;
import dev.chatmultischema.http.problem.RequestParameter;
import dev.chatmultischema.tenant.TenantId;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;

/** Responds to {@code GET /console/api/…} with JSON, and to errors with problems. */
final class ConsoleServlet extends HttpServlet {

  private static final long serialVersionUID = 1;

  private static final Pattern TENANT = Pattern.compile("/tenants/([^/]+)(/dead-letters)?");

  private final transient ErrorResponder errors = new ErrorResponder();
  private final transient ObjectMapper json;
  private final transient ProblemWriter problems;
  private final transient ConsoleFactory.Session session;
  private final transient Overview overview;
  private final transient TenantTable tenants;
  private final transient TenantView tenant;
  private final transient Trail trail;

  ConsoleServlet(
      ObjectMapper json,
      ConsoleFactory.Session session,
      Overview overview,
      TenantTable tenants,
      TenantView tenant,
      Trail trail) {
    this.json = json;
    this.problems = new ProblemWriter(json);
    this.session = session;
    this.overview = overview;
    this.tenants = tenants;
    this.tenant = tenant;
    this.trail = trail;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    try {
      var body = json.writeValueAsBytes(answer(request));
      response.setContentType("application/json");
      response.getOutputStream().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.write(response, Problem.ofStatus(503));
    } catch (RuntimeException e) {
      var error = errors.respond(e);
      error.headers().forEach(response::setHeader);
      problems.write(response, error.problem());
    }
  }

  private Object answer(HttpServletRequest request) throws InterruptedException {
    var path = request.getPathInfo() == null ? "" : request.getPathInfo();
    return switch (path) {
      case "/session" -> session;
      case "/overview" -> overview.read();
      case "/nodes" -> overview.nodes();
      case "/tenants" -> tenants.page(TenantQuery.of(request));
      case "/audit" ->
          trail.audit(
              NumberParameter.read(request, "before", 0, Long.MAX_VALUE, Long.MAX_VALUE),
              NumberParameter.limit(request));
      case "/receipts" ->
          trail.receipts(NumberParameter.read(request, "after", 0, Long.MAX_VALUE, -1));
      case "/health" -> trail.health();
      default -> ofTenant(path, request);
    };
  }

  private Object ofTenant(String path, HttpServletRequest request) throws InterruptedException {
    var form = TENANT.matcher(path);
    if (!form.matches()) {
      throw new ProblemException(Problem.ofStatus(404));
    }
    var id =
        RequestParameter.read("tenant", form.group(1), TenantId::fromString)
            .orElseThrow(() -> new ProblemException(Problem.ofStatus(404)));
    return form.group(2) == null
        ? tenant.read(id)
        : tenant.deadLetters(id, NumberParameter.limit(request));
  }
}
