package dev.chatmultischema.demo;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.servlets.assets.AssetServlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Serves a page under {@code /demo} to log in and chat with; it loads nothing from anywhere else,
 * and runs no script but its own.
 */
final class DemoPage extends AssetServlet {

  private static final long serialVersionUID = 1;

  private static final String PATH = "/demo";
  private static final String FILES = "demo";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private DemoPage() {
    super(FILES, PATH, "index.html", StandardCharsets.UTF_8);
  }

  static void register(Environment environment) {
    environment.servlets().addServlet("demo", new DemoPage()).addMapping(PATH, PATH + "/*");
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    // The page's links are relative to a folder.
    if (request.getRequestURI().equals(PATH)) {
      response.sendRedirect(PATH + "/");
      return;
    }
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    // Ask each time, so that the files of one version are not mixed with those of another.
    response.setHeader("Cache-Control", "no-cache");
    super.doGet(request, response);
  }
}
