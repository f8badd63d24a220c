package dev.chatmultischema.database;

import dev.chatmultischema.http.problem.ProblemException;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Providers;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers 503 where the database is away, and hands everything else on as an unexpected error. */
final class DatabaseErrorMapper implements ExceptionMapper<JdbiException> {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseErrorMapper.class);

  @Inject private Providers providers;

  @Override
  public Response toResponse(JdbiException exception) {
    return switch (DatabaseFault.of(exception)) {
      case OUTAGE, CONFLICT, MISSING -> {
        LOG.warn("request refused, database unavailable: {}", exception.getMessage());
        yield providers
            .getExceptionMapper(ProblemException.class)
            .toResponse(new DatabaseUnavailable(exception));
      }
      case INVALID, REFUSED -> providers.getExceptionMapper(Throwable.class).toResponse(exception);
    };
  }
}
