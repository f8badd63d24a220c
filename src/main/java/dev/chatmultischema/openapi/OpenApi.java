package dev.chatmultischema.openapi;

import com.google.common.base.Suppliers;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.DropwizardResourceConfig;
import jakarta.ws.rs.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes the service to people and programs: {@code /openapi.json} and {@code /openapi.yaml} in
 * OpenAPI 3.1, and Swagger UI under {@code /swagger}; open to everybody.
 */
public final class OpenApi {

  private OpenApi() {}

  /**
   * Registers the documents and the UI. The documents are made once, when first asked for, of all
   * resources that are registered by then.
   */
  public static void register(Environment environment) {
    var jersey = environment.jersey();
    var document =
        Suppliers.memoize(
            () ->
                ApiDocument.of(
                    resources(jersey.getResourceConfig()), environment.getObjectMapper()));
    jersey.register(new OpenApiResource(document));
    SwaggerUi.register(environment);
  }

  private static Set<Class<?>> resources(DropwizardResourceConfig config) {
    return Stream.concat(
            config.getClasses().stream(), config.getSingletons().stream().map(Object::getClass))
        .filter(type -> type.isAnnotationPresent(Path.class))
        .collect(Collectors.toSet());
  }
}
