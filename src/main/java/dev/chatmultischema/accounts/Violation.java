package dev.chatmultischema.accounts;

import dev.chatmultischema.accounts.AccountRefused.Reason;
import dev.chatmultischema.database.DatabaseFault;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/** Maps violated constraints to refusals of requests; {@code migrations/} define their names. */
final class Violation {

  private Violation() {}

  /** Returns the refusal for a failed statement, or empty if no known constraint was violated. */
  static Optional<AccountRefused> of(JdbiException failure) {
    return DatabaseFault.violatedConstraint(failure)
        .flatMap(constraint -> refused(constraint, failure));
  }

  private static Optional<AccountRefused> refused(String constraint, JdbiException cause) {
    return switch (constraint) {
      case "users_by_email" ->
          refused(Reason.EMAIL_TAKEN, "another user has this e-mail address", cause);
      case "users_tenant_id_fkey" -> refused(Reason.UNKNOWN_TENANT, "is not a tenant", cause);
      case "tenants_have_owners" ->
          refused(Reason.OWNS_TENANTS, "the user owns tenants: delete them first", cause);
      default -> Optional.empty();
    };
  }

  private static Optional<AccountRefused> refused(
      Reason reason, String message, JdbiException cause) {
    return Optional.of(new AccountRefused(reason, message, cause));
  }
}
