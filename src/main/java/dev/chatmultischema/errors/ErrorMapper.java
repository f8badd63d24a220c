package dev.chatmultischema.errors;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Writes the problem of every exception that no mapper of a more specific type handles. */
public final class ErrorMapper implements ExceptionMapper<Throwable> {

  private final ErrorResponder errors;

  public ErrorMapper(ErrorResponder errors) {
    this.errors = errors;
  }

  @Override
  public Response toResponse(Throwable error) {
    var answer = errors.respond(error);
    var response = answer.problem().response();
    answer.headers().forEach(response::header);
    return response.build();
  }
}
