package dev.chatmultischema.errors;

import dev.chatmultischema.http.trace.RequestIdHandler;
import dev.chatmultischema.logging.LogFields;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Writes the problem of every exception that no mapper of a more specific type handles. */
public final class ErrorMapper implements ExceptionMapper<Throwable> {

  private final ErrorResponder errors;

  public ErrorMapper(ErrorResponder errors) {
    this.errors = errors;
  }

  /** A proxy of the current request, also on a thread that completes it later. */
  @Context private HttpServletRequest request;

  @Override
  public Response toResponse(Throwable error) {
    ErrorResponse answer;
    try (var fields = LogFields.of(RequestIdHandler.trace(request))) {
      answer = errors.respond(error);
    }
    var response = answer.problem().response();
    answer.headers().forEach(response::header);
    return response.build();
  }
}
