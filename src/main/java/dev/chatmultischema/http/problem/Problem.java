package dev.chatmultischema.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The body of every error: problem details (RFC 9457) with a machine-readable {@code code} that
 * never changes and, for invalid input, the invalid fields.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    URI type, String title, int status, String detail, String code, List<FieldError> errors) {

  public static final String MEDIA_TYPE = "application/problem+json";

  /** The maximum number of listed fields; the detail contains the number of further ones. */
  static final int MAX_ERRORS = 20;

  static final MediaType PROBLEM_JSON = MediaType.valueOf(MEDIA_TYPE);

  /** One invalid field: its JSON path in the body, or the name of the parameter. */
  public record FieldError(String field, String message) {}

  public static Problem of(int status, String code, String detail) {
    return of(status, code, detail, List.of());
  }

  public static Problem of(int status, String code, String detail, List<FieldError> errors) {
    return new Problem(
        URI.create("urn:chat:problem:" + code),
        HttpStatus.getMessage(status),
        status,
        detail,
        code,
        List.copyOf(errors));
  }

  /** Returns a problem without any detail beyond its status. */
  public static Problem ofStatus(int status) {
    var reason = HttpStatus.getMessage(status);
    var code =
        status == 500
            ? "internal_error"
            : reason.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_");
    return of(status, code, reason);
  }

  /** Returns a 400 for a query, header or path parameter. */
  public static Problem invalidParameter(String name, String message) {
    return of(
        400, "invalid_parameter", name + " " + message, List.of(new FieldError(name, message)));
  }

  /** Returns a 400 with a specific code, for a parameter that must be an id. */
  public static Problem invalidId(String code, String name, String detail) {
    return of(400, code, detail, List.of(new FieldError(name, "must be a UUID")));
  }

  /**
   * Returns a 422 for a well-formed body with invalid content; lists the first {@value #MAX_ERRORS}
   * errors, and counts the others.
   */
  public static Problem validationFailed(List<FieldError> errors) {
    int more = errors.size() - MAX_ERRORS;
    return more <= 0
        ? of(422, "validation_failed", "the request has invalid fields", errors)
        : of(
            422,
            "validation_failed",
            String.format(
                Locale.ROOT, "the request has invalid fields, and %d more than those listed", more),
            errors.subList(0, MAX_ERRORS));
  }

  public static Problem validationFailed(String field, String message) {
    return validationFailed(List.of(new FieldError(field, message)));
  }

  public Response.ResponseBuilder response() {
    return Response.status(status).type(PROBLEM_JSON).entity(this);
  }
}
