package dev.chatmultischema.http.entity;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads and writes JSON bodies, with one Jackson reader and writer for each type.
 *
 * <p>It has a priority, since Jackson's own provider names the same media type. That one looks them
 * up by all annotations of the resource method, whose hash codes it computes by reflection for each
 * request and response. This provider ignores Jackson's annotations on resource methods; those on
 * the classes of bodies apply.
 */
@Priority(Priorities.ENTITY_CODER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class JsonEntities implements MessageBodyReader<Object>, MessageBodyWriter<Object> {

  /** Types that JAX-RS itself reads and writes (JAX-RS 3.1, section 4.2.4). */
  private static final List<Class<?>> UNCONVERTED =
      List.of(
          String.class,
          byte[].class,
          InputStream.class,
          Reader.class,
          File.class,
          StreamingOutput.class);

  private final ConcurrentHashMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Type, ObjectWriter> writers = new ConcurrentHashMap<>();
  private final ObjectMapper mapper;

  public JsonEntities(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  private static boolean isConverted(Class<?> type) {
    for (var unconverted : UNCONVERTED) {
      if (unconverted.isAssignableFrom(type)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isReadable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return isConverted(type);
  }

  /** Returns null for an empty body. */
  @Override
  public Object readFrom(
      Class<Object> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    var reader = readers.computeIfAbsent(genericType, this::reader);
    try (var parser = reader.createParser(body)) {
      return parser.nextToken() == null ? null : reader.readValue(parser);
    }
  }

  private ObjectReader reader(Type type) {
    return mapper.readerFor(mapper.constructType(type));
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return isConverted(type);
  }

  @Override
  public void writeTo(
      Object entity,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream body)
      throws IOException {
    writers.computeIfAbsent(genericType, this::writer).writeValue(body, entity);
  }

  private ObjectWriter writer(Type type) {
    // JAX-RS closes the stream, and Jersey sends a short body together with the headers.
    return mapper
        .writerFor(mapper.constructType(type))
        .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
        .without(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
  }
}
