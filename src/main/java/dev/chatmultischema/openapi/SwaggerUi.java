package dev.chatmultischema.openapi;

import com.google.common.io.Resources;
import dev.chatmultischema.http.response.PageServlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Properties;

/** Serves Swagger UI under {@code /swagger} from its webjar; it loads nothing from other sites. */
final class SwaggerUi extends PageServlet {

  private static final long serialVersionUID = 1;

  /** The hash is that of the only style that the scripts insert as text; the page works without. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self';"
          + " style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w=';"
          + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  SwaggerUi() {
    super("META-INF/resources/webjars/swagger-ui/" + version(), "/swagger", POLICY);
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

  /** Replaces the webjar's initializer, which shows the document of a sample service. */
  @Override
  protected URL getResourceURL(String path) {
    return path.endsWith("/swagger-initializer.js")
        ? Resources.getResource("openapi/ui/swagger-initializer.js")
        : super.getResourceURL(path);
  }
}
