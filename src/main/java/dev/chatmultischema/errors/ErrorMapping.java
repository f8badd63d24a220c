package dev.chatmultischema.errors;

import dev.chatmultischema.accounts.AccountRefused;
import dev.chatmultischema.auth.ExternalForbidden;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.auth.TooManyLogins;
import dev.chatmultischema.auth.Unauthenticated;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.history.HistoryExpired;
import dev.chatmultischema.history.ImportRefused;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.identity.IdentityUnavailable;
import dev.chatmultischema.limits.LimitExceeded;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.provisioning.TenantCreationForbidden;
import dev.chatmultischema.provisioning.TenantNotFound;
import dev.chatmultischema.stream.access.StreamRefused;
import dev.chatmultischema.tenant.TenantMissing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/**
 * Maps the exceptions of the layers below to problems. No other class assigns a status and a code
 * to an exception of these layers.
 *
 * <p>Exceptions of JAX-RS, Bean Validation and Jackson report errors of the HTTP request itself;
 * {@link dev.chatmultischema.http.problem.ProblemMappers} maps those.
 */
public final class ErrorMapping {

  private static final Duration OUTAGE_RETRY = Duration.ofSeconds(2);

  private static final Duration IDENTITY_RETRY = Duration.ofSeconds(5);

  private ErrorMapping() {}

  /** Returns the problem for an exception, or empty if the exception is a programming error. */
  public static Optional<ErrorResponse> of(Throwable error) {
    if (error instanceof ProblemException e) {
      return Optional.of(new ErrorResponse(e.problem(), e.retryAfter()));
    }
    if (error instanceof JdbiException e) {
      return database(e);
    }
    if (error instanceof BrokerUnavailable) {
      return retryable(
          503,
          "broker_unavailable",
          "the message broker is not available, try again with the same ids",
          OUTAGE_RETRY);
    }
    if (error instanceof StreamRefused e) {
      return stream(e);
    }
    if (error instanceof LimitExceeded e) {
      return limit(e);
    }
    if (error instanceof TooManyLogins) {
      return retryable(
          429, "too_many_logins", "too many logins at once, try again", Duration.ofSeconds(5));
    }
    if (error instanceof Unauthenticated) {
      return problem(401, "unauthenticated", "a valid bearer token is required");
    }
    if (error instanceof TenantForbidden || error instanceof TenantMissing) {
      return problem(
          403, "tenant_forbidden", "you may not use this tenant, or there is no such tenant");
    }
    if (error instanceof ExternalForbidden e) {
      return problem(403, "external_forbidden", e.getMessage());
    }
    if (error instanceof IdentityUnavailable) {
      return retryable(
          503,
          "identity_unavailable",
          "the keys of the token's issuer are not available, try again",
          IDENTITY_RETRY);
    }
    if (error instanceof TenantCreationForbidden e) {
      return problem(403, "tenant_creation_forbidden", e.getMessage());
    }
    if (error instanceof TenantNotFound) {
      return problem(404, "tenant_not_found", "there is no such tenant");
    }
    if (error instanceof AccountRefused e) {
      return account(e);
    }
    if (error instanceof ImportRefused e) {
      return importing(e);
    }
    if (error instanceof HistoryExpired e) {
      return problem(410, "cursor_reset", e.getMessage());
    }
    return Optional.empty();
  }

  private static Optional<ErrorResponse> importing(ImportRefused error) {
    return switch (error.reason()) {
      case NOT_EMPTY -> problem(409, "tenant_not_empty", error.getMessage());
      case INVALID_LINE ->
          Optional.of(
              ErrorResponse.of(
                  Problem.of(
                      422,
                      "invalid_line",
                      error.getMessage(),
                      List.of(new Problem.FieldError("line " + error.line(), error.detail())))));
    };
  }

  private static Optional<ErrorResponse> database(JdbiException error) {
    return switch (DatabaseFault.of(error)) {
      case OUTAGE, CONFLICT, MISSING ->
          retryable(
              503,
              "database_unavailable",
              "the database is not available, try again",
              OUTAGE_RETRY);
      case INVALID, REFUSED -> Optional.empty();
    };
  }

  private static Optional<ErrorResponse> stream(StreamRefused error) {
    var detail = error.getMessage();
    return switch (error.reason()) {
      case TOO_MANY_STREAMS -> retryable(429, "too_many_streams", detail, Duration.ofSeconds(10));
      case INVALID_TICKET -> problem(401, "invalid_ticket", detail);
      case SHUTDOWN -> retryable(503, "stopping", detail, Duration.ofSeconds(1));
    };
  }

  private static Optional<ErrorResponse> limit(LimitExceeded error) {
    var code =
        switch (error.kind()) {
          case RATE -> "rate_limited";
          case QUOTA -> "quota_exceeded";
        };
    return Optional.of(
        new ErrorResponse(
            Problem.of(429, code, error.getMessage()),
            error.retryAfter(),
            error.limit().headers()));
  }

  private static Optional<ErrorResponse> account(AccountRefused error) {
    var detail = error.getMessage();
    return switch (error.reason()) {
      case USER_NOT_FOUND -> problem(404, "user_not_found", detail);
      case USER_FORBIDDEN -> problem(403, "user_forbidden", detail);
      case EMAIL_TAKEN -> problem(409, "email_taken", detail);
      case OWNS_TENANTS -> problem(409, "user_owns_tenants", detail);
      case LAST_ADMIN -> problem(409, "last_admin", detail);
      case WRONG_PASSWORD -> problem(403, "wrong_password", detail);
      case PASSWORD_REQUIRED ->
          Optional.of(ErrorResponse.of(Problem.validationFailed("current_password", detail)));
      case WEAK_PASSWORD ->
          Optional.of(ErrorResponse.of(Problem.validationFailed("password", detail)));
      case UNKNOWN_TENANT ->
          Optional.of(ErrorResponse.of(Problem.validationFailed("tenant_id", detail)));
    };
  }

  private static Optional<ErrorResponse> problem(int status, String code, String detail) {
    return Optional.of(ErrorResponse.of(Problem.of(status, code, detail)));
  }

  private static Optional<ErrorResponse> retryable(
      int status, String code, String detail, Duration retryAfter) {
    return Optional.of(
        new ErrorResponse(Problem.of(status, code, detail), Optional.of(retryAfter)));
  }
}
