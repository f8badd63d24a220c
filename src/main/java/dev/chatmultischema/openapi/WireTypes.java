package dev.chatmultischema.openapi;

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
import java.lang.annotation.Annotation;
import java.util.Iterator;

/**
 * Describes types by what goes over the wire: fields named as the service's own mapper names them,
 * types that write themselves as free objects.
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
      return new JsonSchema().typesItem("object").additionalProperties(true);
    }
    return super.resolve(annotated, context, next);
  }

  private Class<?> rawType(AnnotatedType annotated) {
    var type = annotated.getType();
    return (type instanceof JavaType java ? java : _mapper.constructType(type)).getRawClass();
  }

  /**
   * Leaves Java's regular expressions out, as generated clients compile them with the engines of
   * other languages; descriptions say in words what a text must be.
   */
  @Override
  protected boolean applyBeanValidatorAnnotations(
      Schema property, Annotation[] annotations, Schema parent, boolean applyNotNull) {
    var modified = super.applyBeanValidatorAnnotations(property, annotations, parent, applyNotNull);
    property.setPattern(null);
    return modified;
  }
}
