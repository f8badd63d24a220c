package dev.chatmultischema.openapi;

import com.google.common.base.Suppliers;
import io.dropwizard.core.setup.Environment;
import jakarta.ws.rs.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Documents the service: {@code /openapi.json} and {@code /openapi.yaml} in OpenAPI 3.1, and
 * Swagger UI under {@code /swagger}; all without authentication.
 */
public final class OpenApi {

  private OpenApi() {}

  /**
   * Registers the document and Swagger UI. The document is built on the first request, from all
   * resources that are registered by then.
   */
  public static void register(Environment environment) {
    var config = environment.jersey().getResourceConfig();
    var document =
        Suppliers.memoize(
            () ->
                ApiDocument.of(
                    Stream.concat(
                            config.getClasses().stream(),
                            config.getSingletons().stream().map(Object::getClass))
                        .filter(type -> type.isAnnotationPresent(Path.class))
                        .collect(Collectors.toSet()),
                    environment.getObjectMapper()));
    environment.jersey().register(new OpenApiResource(document));
    new SwaggerUi().register(environment);
  }
}
