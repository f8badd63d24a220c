package dev.chatmultischema.openapi;

import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.auth.Auth;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.jaxrs2.DefaultParameterExtension;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.jaxrs2.ResolvedParameter;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtension;
import io.swagger.v3.jaxrs2.ext.OpenAPIExtensions;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import jakarta.ws.rs.Consumes;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Reads paths, parameters and types from JAX-RS resources. */
final class ResourceReader {

  static final String BEARER = "bearer";

  private ResourceReader() {}

  /** The library keeps what it is told in static fields: one reads at a time, and tidies up. */
  static synchronized OpenAPI read(Set<Class<?>> resources, ObjectMapper json) {
    var types = new WireTypes(json);
    var converters = ModelConverters.getInstance(true);
    var extensions = OpenAPIExtensions.getExtensions();
    converters.addConverter(types);
    OpenAPIExtensions.setExtensions(List.of(new Callers()));
    try {
      var configuration =
          new SwaggerConfiguration()
              .openAPI(new OpenAPI())
              .openAPI31(true)
              .defaultResponseCode("200");
      return new Reader(configuration).read(resources);
    } finally {
      OpenAPIExtensions.setExtensions(extensions);
      converters.removeConverter(types);
    }
  }

  /** Takes parameters that are the caller for what they are: no body, but a token. */
  private static final class Callers extends DefaultParameterExtension {

    @Override
    public ResolvedParameter extractParameters(
        List<Annotation> annotations,
        Type type,
        Set<Type> typesToSkip,
        Components components,
        Consumes classConsumes,
        Consumes methodConsumes,
        boolean includeRequestBody,
        JsonView view,
        Iterator<OpenAPIExtension> chain) {
      return annotations.stream().anyMatch(Auth.class::isInstance)
          ? new ResolvedParameter()
          : super.extractParameters(
              annotations,
              type,
              typesToSkip,
              components,
              classConsumes,
              methodConsumes,
              includeRequestBody,
              view,
              chain);
    }

    @Override
    public void decorateOperation(
        Operation operation, Method method, Iterator<OpenAPIExtension> chain) {
      var authenticated =
          Arrays.stream(method.getParameters())
              .anyMatch(parameter -> parameter.isAnnotationPresent(Auth.class));
      // An empty list says that nothing is required; no list would leave it open.
      operation.setSecurity(
          authenticated ? List.of(new SecurityRequirement().addList(BEARER)) : List.of());
      super.decorateOperation(operation, method, chain);
    }
  }
}
