package dev.chatmultischema.http.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.google.common.base.CaseFormat;
import com.google.common.base.Throwables;
import dev.chatmultischema.http.problem.Problem.FieldError;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.validation.JerseyViolationException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.glassfish.jersey.message.internal.HeaderValueException;
import org.glassfish.jersey.server.ParamException;

/**
 * Maps the exceptions of JAX-RS, Bean Validation and Jackson to a {@link Problem} each, and the
 * servlet container's error pages too.
 */
public final class ProblemMappers {

  private ProblemMappers() {}

  /** Registers the mappers and the error pages of the servlet container. */
  public static void register(Environment environment) {
    var jersey = environment.jersey();
    jersey.register(new OfJson());
    jersey.register(new OfViolation());
    jersey.register(new OfParameter());
    jersey.register(new OfHttpError());
    jersey.register(new RepeatedParameters());
    jersey.register(new OfHeader());
    var pages = new ProblemErrorHandler(environment.getObjectMapper());
    environment.getApplicationContext().setErrorHandler(pages);
    environment.getAdminContext().setErrorHandler(pages);
    environment
        .lifecycle()
        .addEventListener(
            new LifeCycle.Listener() {
              @Override
              public void lifeCycleStarting(LifeCycle server) {
                // Serves requests that are refused before their context is known.
                ((Server) server).setErrorHandler(pages);
              }
            });
  }

  private static final class OfJson implements ExceptionMapper<JsonProcessingException> {
    @Override
    public Response toResponse(JsonProcessingException exception) {
      if (JsonPath.isRepeated(exception)) {
        return Problem.of(
                400,
                "repeated_key",
                JsonPath.message((JsonProcessingException) Throwables.getRootCause(exception)))
            .response()
            .build();
      }
      return exception instanceof JsonMappingException mapping
          ? Problem.validationFailed(JsonPath.of(mapping), JsonPath.message(mapping))
              .response()
              .build()
          : Problem.of(400, "malformed_json", JsonPath.message(exception)).response().build();
    }
  }

  /** A header that violates its grammar, as in {@code If-None-Match: 1}. */
  private static final class OfHeader implements ExceptionMapper<HeaderValueException> {
    @Override
    public Response toResponse(HeaderValueException exception) {
      return Problem.of(400, "malformed_header", "a header of the request is malformed")
          .response()
          .build();
    }
  }

  private static final class OfViolation implements ExceptionMapper<JerseyViolationException> {
    /** Violations are a set; of two indexes, the one with fewer digits is lower. */
    private static final Comparator<FieldError> BY_PLACE =
        Comparator.<FieldError>comparingInt(error -> error.field().length())
            .thenComparing(FieldError::field);

    @Override
    public Response toResponse(JerseyViolationException exception) {
      List<FieldError> errors =
          exception.getConstraintViolations().stream()
              .map(OfViolation::fieldError)
              .sorted(BY_PLACE)
              .toList();
      return Problem.validationFailed(errors).response().build();
    }

    private static FieldError fieldError(ConstraintViolation<?> violation) {
      // The nodes after the resource method and its parameter are the path in the body.
      String field =
          StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
              .skip(2)
              .map(Path.Node::toString)
              .map(name -> CaseFormat.LOWER_CAMEL.to(CaseFormat.LOWER_UNDERSCORE, name))
              .collect(Collectors.joining("."));
      return new FieldError(field.isEmpty() ? "body" : field, violation.getMessage());
    }
  }

  private static final class OfParameter implements ExceptionMapper<ParamException> {
    @Override
    public Response toResponse(ParamException exception) {
      // Resources read parameters with RequestParameter, so a converter has thrown this.
      return Problem.invalidParameter(exception.getParameterName(), "is not valid")
          .response()
          .build();
    }
  }

  private static final class OfHttpError implements ExceptionMapper<WebApplicationException> {
    @Override
    public Response toResponse(WebApplicationException exception) {
      var original = exception.getResponse();
      if (original.getStatus() < 400) {
        return original;
      }
      var status = original.getStatusInfo();
      var code = status.getReasonPhrase().toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_");
      var response = Problem.of(status.getStatusCode(), code, status.getReasonPhrase()).response();
      original
          .getHeaders()
          .forEach((name, values) -> values.forEach(value -> copy(response, name, value)));
      return response.build();
    }

    private static void copy(Response.ResponseBuilder response, String name, Object value) {
      if (!name.equalsIgnoreCase("Content-Type") && !name.equalsIgnoreCase("Content-Length")) {
        response.header(name, value);
      }
    }
  }
}
