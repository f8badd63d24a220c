package dev.chatmultischema.http.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.google.common.base.CaseFormat;
import com.google.common.base.Throwables;
import com.google.common.util.concurrent.RateLimiter;
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
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.glassfish.jersey.message.internal.HeaderValueException;
import org.glassfish.jersey.server.ParamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever a request ends with into a {@link Problem}; no stack trace or SQL ever leaves the
 * service.
 */
public final class ProblemMappers {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemMappers.class);

  private ProblemMappers() {}

  /** Registers the mappers and the error pages of the servlet container. */
  public static void register(Environment environment) {
    var jersey = environment.jersey();
    jersey.register(new OfProblem());
    jersey.register(new OfJson());
    jersey.register(new OfViolation());
    jersey.register(new OfParameter());
    jersey.register(new OfHttpError());
    jersey.register(new OfAnythingElse());
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
                // For what is refused before it is known which context it is for.
                ((Server) server).setErrorHandler(pages);
              }
            });
  }

  private static final class OfProblem implements ExceptionMapper<ProblemException> {
    /** An outage fails thousands of requests for one reason. */
    private final RateLimiter logging = RateLimiter.create(1);

    @Override
    public Response toResponse(ProblemException exception) {
      if (exception.problem().status() >= 500 && logging.tryAcquire()) {
        LOG.warn("answered {}: {}", exception.problem().code(), exception.getMessage());
      }
      return exception.response();
    }
  }

  private static final class OfJson implements ExceptionMapper<JsonProcessingException> {
    @Override
    public Response toResponse(JsonProcessingException exception) {
      return exception instanceof JsonMappingException mapping
          ? Problem.validationFailed(JsonPath.of(mapping), JsonPath.complaint(mapping))
              .response()
              .build()
          : Problem.of(400, "malformed_json", JsonPath.complaint(exception)).response().build();
    }
  }

  /** A header that is none by its grammar, as in {@code If-None-Match: 1}. */
  private static final class OfHeader implements ExceptionMapper<HeaderValueException> {
    @Override
    public Response toResponse(HeaderValueException exception) {
      return Problem.of(400, "malformed_header", "a header of the request is malformed")
          .response()
          .build();
    }
  }

  private static final class OfViolation implements ExceptionMapper<JerseyViolationException> {
    /** Violations come as a set; an index of fewer digits is a lower one. */
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
      // The first two nodes are the resource method and its parameter; what follows is the place in
      // the body.
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
      // Resources read parameters with RequestParameter, so this is a converter's own exception.
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

  private static final class OfAnythingElse implements ExceptionMapper<Throwable> {
    @Override
    public Response toResponse(Throwable exception) {
      if (Throwables.getCausalChain(exception).stream().anyMatch(EofException.class::isInstance)) {
        // The client is gone, and nobody will read this.
        LOG.debug("the client hung up", exception);
        return Problem.of(400, "client_closed_request", "the client hung up").response().build();
      }
      var id = UUID.randomUUID();
      LOG.error("request failed, answered as error {}", id, exception);
      return Problem.of(500, "internal_error", "an unexpected error, logged as " + id)
          .response()
          .build();
    }
  }
}
