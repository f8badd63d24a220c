package dev.chatmultischema.openapi;

import com.google.common.io.Resources;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.servlets.assets.AssetServlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Serves Swagger UI under {@code /swagger} out of its webjar, which is part of the service's jar;
 * the page loads nothing from anywhere else.
 */
final class SwaggerUi extends AssetServlet {

  private static final long serialVersionUID = 1;

  private static final String PATH = "/swagger";
  private static final String OWN_FILES = "openapi/ui/";
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " frame-ancestors 'none'";

  private SwaggerUi(String webjar) {
    super(webjar, PATH, "index.html", StandardCharsets.UTF_8);
  }

  static void register(Environment environment) {
    var webjar = "META-INF/resources/webjars/swagger-ui/" + version();
    environment
        .servlets()
        .addServlet("swagger-ui", new SwaggerUi(webjar))
        .addMapping(PATH, PATH + "/*");
  }

  private static String version() {
    var properties = new Properties();
    try (var file =
        Resources.getResource("META-INF/maven/org.webjars/swagger-ui/pom.properties")
            .openStream()) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
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
    super.doGet(request, response);
  }

  /** The webjar's own initializer shows somebody else's service. */
  @Override
  protected URL getResourceURL(String path) {
    return path.endsWith("/swagger-initializer.js")
        ? Resources.getResource(OWN_FILES + "swagger-initializer.js")
        : super.getResourceURL(path);
  }
}
