package dev.chatmultischema.openapi;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatmultischema.http.problem.Problem;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.jaxrs2.DefaultParameterExtension;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtensions;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import jakarta.ws.rs.container.AsyncResponse;
import java.security.Principal;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Derives the paths, parameters, bodies and schemas of JAX-RS resources with Swagger's reader. */
final class DerivedDocument {

  private DerivedDocument() {}

  /** Synchronized, since Swagger keeps converters and extensions in static fields. */
  static synchronized ObjectNode of(Set<Class<?>> resources, ObjectMapper json) {
    var types = new BodyTypes(json);
    var converters = ModelConverters.getInstance(true);
    converters.addConverter(types);
    OpenAPIExtensions.setExtensions(List.of(new Parameters()));
    try {
      var configuration =
          new SwaggerConfiguration()
              .openAPI(new OpenAPI())
              .openAPI31(true)
              .defaultResponseCode("200");
      var api = new Reader(configuration).read(resources);
      api.getPaths().values().stream()
          .flatMap(path -> path.readOperations().stream())
          .forEach(DerivedDocument::correct);
      removeUnusedSchemas(api);
      converters.readAll(Problem.class).forEach(api.getComponents()::addSchemas);
      return withoutPatterns(Json31.mapper().valueToTree(api));
    } finally {
      converters.removeConverter(types);
    }
  }

  /** Removes the schemas of classes whose properties are unwrapped into those of other classes. */
  private static void removeUnusedSchemas(OpenAPI api) {
    var references =
        Set.copyOf(Json31.mapper().<JsonNode>valueToTree(api).findValuesAsText("$ref"));
    api.getComponents()
        .getSchemas()
        .keySet()
        .removeIf(name -> !references.contains("#/components/schemas/" + name));
  }

  /** Corrects the parts of an operation that its method's signature does not determine. */
  private static void correct(Operation operation) {
    if (operation.getRequestBody() != null) {
      operation.getRequestBody().required(true);
    }
    var responses = operation.getResponses();
    if (responses.keySet().stream().anyMatch(Set.of("201", "202", "204")::contains)) {
      responses.remove("200");
    }
    if (responses.containsKey("204")) {
      responses.get("204").setContent(null);
    }
  }

  /** Removes Java's regular expressions, which generated clients compile with other engines. */
  private static ObjectNode withoutPatterns(ObjectNode api) {
    api.findParents("pattern").forEach(schema -> ((ObjectNode) schema).remove("pattern"));
    return api;
  }

  /** Ignores the authenticated caller and a suspended response, which are not parameters. */
  private static final class Parameters extends DefaultParameterExtension {
    @Override
    protected boolean shouldIgnoreClass(Class<?> type) {
      return Principal.class.isAssignableFrom(type)
          || AsyncResponse.class.isAssignableFrom(type)
          || super.shouldIgnoreClass(type);
    }
  }

  /** Describes types with serializers of their own as objects with any fields. */
  private static final class BodyTypes extends ModelResolver {

    BodyTypes(ObjectMapper json) {
      super(json);
      openapi31(true);
    }

    @Override
    public Schema<?> resolve(
        AnnotatedType annotated, ModelConverterContext context, Iterator<ModelConverter> next) {
      var type = annotated.getType();
      var raw = (type instanceof JavaType java ? java : _mapper.constructType(type)).getRawClass();
      return raw.isAnnotationPresent(JsonSerialize.class)
          ? new JsonSchema().typesItem("object").additionalProperties(true)
          : super.resolve(annotated, context, next);
    }
  }
}
