package dev.chatmultischema.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.accounts.AccountRefused.Reason;
import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class ViolationTest {

  private static JdbiException failure(SQLException cause) {
    return new JdbiException(cause) {
      private static final long serialVersionUID = 1;
    };
  }

  /**
   * Returns a failure as the driver reports it: fields of the protocol's ErrorResponse, each ended
   * by 0.
   */
  private static JdbiException violated(String constraint) {
    return failure(
        new PSQLException(
            new ServerErrorMessage("SERROR\0C23505\0Mviolated\0n" + constraint + "\0")));
  }

  @ParameterizedTest
  @CsvSource({
    "users_by_email, EMAIL_TAKEN",
    "users_tenant_id_fkey, UNKNOWN_TENANT",
    "tenants_have_owners, OWNS_TENANTS"
  })
  void mapsConstraintsToReasons(String constraint, Reason reason) {
    var failure = violated(constraint);
    assertThat(Violation.of(failure))
        .get()
        .satisfies(
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused).hasCause(failure);
            });
  }

  @Test
  void leavesOtherFailuresUnmapped() {
    assertThat(Violation.of(violated("users_pkey"))).isEmpty();
    assertThat(Violation.of(failure(new SQLException("connection lost", "08006")))).isEmpty();
  }
}
