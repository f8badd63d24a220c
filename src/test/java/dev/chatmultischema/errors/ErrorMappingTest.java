package dev.chatmultischema.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.accounts.AccountRefused;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.auth.TooManyLogins;
import dev.chatmultischema.auth.Unauthenticated;
import dev.chatmultischema.database.DatabaseUnavailable;
import dev.chatmultischema.http.limits.Overloaded;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.Problem.FieldError;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.limits.LimitExceeded;
import dev.chatmultischema.limits.LimitName;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.provisioning.TenantNotFound;
import dev.chatmultischema.stream.access.StreamRefused;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorMappingTest {

  private static final String NO_TENANT = "you may not use this tenant, or there is no such tenant";
  private static final String NO_DATABASE = "the database is not available, try again";

  private static final TenantId TENANT = TenantId.create();

  static Stream<Arguments> problems() {
    return Stream.of(
        row(
            new Unauthenticated(),
            401,
            "unauthenticated",
            "a valid bearer token is required",
            Map.of("WWW-Authenticate", "Bearer")),
        row(new TenantForbidden(TENANT), 403, "tenant_forbidden", NO_TENANT, Map.of()),
        row(new TenantMissing(TENANT), 403, "tenant_forbidden", NO_TENANT, Map.of()),
        row(
            new TenantNotFound(TENANT),
            404,
            "tenant_not_found",
            "there is no such tenant",
            Map.of()),
        row(
            new TooManyLogins(),
            429,
            "too_many_logins",
            "too many logins at once, try again",
            Map.of("Retry-After", "5")),
        row(
            new Overloaded("other responses take all the memory, try again"),
            503,
            "overloaded",
            "other responses take all the memory, try again",
            Map.of("Retry-After", "1")),
        row(
            new BrokerUnavailable("no confirm in 5000 ms", null),
            503,
            "broker_unavailable",
            "the message broker is not available, try again with the same ids",
            Map.of("Retry-After", "2")),
        row(
            new DatabaseUnavailable("no connection"),
            503,
            "database_unavailable",
            NO_DATABASE,
            Map.of("Retry-After", "2")),
        row(
            new ConnectionException(new SQLException("refused")),
            503,
            "database_unavailable",
            NO_DATABASE,
            Map.of("Retry-After", "2")),
        row(
            StreamRefused.tooManyStreams(7),
            429,
            "too_many_streams",
            "this node has 7 open streams, the most allowed",
            Map.of("Retry-After", "10")),
        row(
            LimitExceeded.count(LimitName.USER_STREAMS, 7, Duration.ofMillis(10_100)),
            429,
            "quota_exceeded",
            "there are 7 open streams already, the most allowed",
            Map.of(
                "Retry-After",
                "11",
                "RateLimit-Policy",
                "\"user-streams\";q=7;qu=\"concurrent-requests\"",
                "RateLimit",
                "\"user-streams\";r=0")),
        row(
            StreamRefused.invalidTicket(),
            401,
            "invalid_ticket",
            "the ticket was used, has expired or was never issued",
            Map.of("WWW-Authenticate", "Bearer")),
        row(
            StreamRefused.shutdown(),
            503,
            "stopping",
            "this node shuts down, connect again to reach another",
            Map.of("Retry-After", "1")),
        account(AccountRefused.Reason.USER_NOT_FOUND, 404, "user_not_found"),
        account(AccountRefused.Reason.USER_FORBIDDEN, 403, "user_forbidden"),
        account(AccountRefused.Reason.EMAIL_TAKEN, 409, "email_taken"),
        account(AccountRefused.Reason.OWNS_TENANTS, 409, "user_owns_tenants"),
        account(AccountRefused.Reason.LAST_ADMIN, 409, "last_admin"));
  }

  private static Arguments account(AccountRefused.Reason reason, int status, String code) {
    return row(new AccountRefused(reason, "the reason"), status, code, "the reason", Map.of());
  }

  private static Arguments row(
      Throwable error, int status, String code, String detail, Map<String, String> headers) {
    return Arguments.of(error, status, code, detail, headers);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void mapsToStatusCodeDetailAndHeaders(
      Throwable error, int status, String code, String detail, Map<String, String> headers) {
    assertThat(ErrorMapping.of(error))
        .hasValueSatisfying(
            response -> {
              assertThat(response.problem()).isEqualTo(Problem.of(status, code, detail));
              assertThat(response.headers()).isEqualTo(headers);
            });
  }

  @Test
  void mapsUnknownTenantOfUserToField() {
    var error = new AccountRefused(AccountRefused.Reason.UNKNOWN_TENANT, "is not a tenant");
    var problem = ErrorMapping.of(error).orElseThrow().problem();
    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.code()).isEqualTo("validation_failed");
    assertThat(problem.errors()).containsExactly(new FieldError("tenant_id", "is not a tenant"));
  }

  @ParameterizedTest
  @EnumSource
  void mapsEveryReasonOfAccounts(AccountRefused.Reason reason) {
    assertThat(ErrorMapping.of(new AccountRefused(reason, "the reason"))).isPresent();
  }

  @Test
  void keepsProblemsOfTheEdge() {
    var problem = Problem.of(418, "teapot", "short and stout");
    assertThat(ErrorMapping.of(new ProblemException(problem))).contains(ErrorResponse.of(problem));
  }

  @ParameterizedTest
  @ValueSource(strings = {"57P01", "53300", "40001", "23505", "42P01"})
  void mapsTransientSqlStatesToUnavailable(String state) {
    assertThat(ErrorMapping.of(failure(state)))
        .hasValueSatisfying(
            response -> assertThat(response.problem().code()).isEqualTo("database_unavailable"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"22P02", "23503", "42601"})
  void leavesStatementErrorsUnexpected(String state) {
    assertThat(ErrorMapping.of(failure(state))).isEmpty();
  }

  @Test
  void leavesProgrammingErrorsUnexpected() {
    assertThat(ErrorMapping.of(new IllegalStateException("a bug"))).isEmpty();
  }

  private static JdbiException failure(String sqlState) {
    return new UnableToExecuteStatementException(new SQLException("failed", sqlState), null);
  }
}
