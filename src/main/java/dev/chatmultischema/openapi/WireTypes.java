package dev.chatmultischema.openapi;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Describes types by what goes over the wire: fields named as the service's own mapper names them,
 * types that write themselves as free objects, types read from a parameter as strings.
 */
final class WireTypes extends ModelResolver {

  WireTypes(ObjectMapper json) {
    super(json);
    openapi31(true);
  }

  @Override
  public Schema<?> resolve(
      AnnotatedType annotated, ModelConverterContext context, Iterator<ModelConverter> next) {
    var type = rawType(annotated);
    if (JsonNode.class.isAssignableFrom(type) || type.isAnnotationPresent(JsonSerialize.class)) {
      return new JsonSchema().typesItem("object");
    }
    if (!annotated.isSchemaProperty() && readFromText(type)) {
      return new JsonSchema().typesItem("string");
    }
    return super.resolve(annotated, context, next);
  }

  private Class<?> rawType(AnnotatedType annotated) {
    var type = annotated.getType();
    return (type instanceof JavaType java ? java : _mapper.constructType(type)).getRawClass();
  }

  /** What JAX-RS asks of a parameter's type is a static {@code fromString}. */
  private boolean readFromText(Class<?> type) {
    return !type.getName().startsWith("java.")
        && Arrays.stream(type.getDeclaredMethods())
            .anyMatch(method -> method.getName().equals("fromString"))
        && findJsonValueType(introspect(type)) == null;
  }

  private BeanDescription introspect(Class<?> type) {
    return _mapper.getSerializationConfig().introspect(_mapper.constructType(type));
  }
}
