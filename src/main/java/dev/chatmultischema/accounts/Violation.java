package dev.chatmultischema.accounts;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.http.problem.Problem;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/** What a violated constraint means to a client; the names are those in {@code migrations/}. */
final class Violation {

  private Violation() {}

  /** Empty if the statement failed for another reason. */
  static Optional<Problem> of(JdbiException failure) {
    return DatabaseFault.violatedConstraint(failure).flatMap(Violation::problem);
  }

  private static Optional<Problem> problem(String constraint) {
    return switch (constraint) {
      case "users_by_email" ->
          Optional.of(Problem.of(409, "email_taken", "another user has this e-mail address"));
      case "users_tenant_id_fkey" ->
          Optional.of(Problem.validationFailed("tenant_id", "is not a tenant"));
      case "tenants_have_owners" ->
          Optional.of(
              Problem.of(409, "user_owns_tenants", "the user owns tenants: delete them first"));
      default -> Optional.empty();
    };
  }
}
