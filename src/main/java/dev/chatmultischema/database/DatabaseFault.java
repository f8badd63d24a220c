package dev.chatmultischema.database;

import com.google.common.base.Throwables;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** Classifies failed statements by their SQLSTATE (PostgreSQL manual, appendix A). */
public enum DatabaseFault {
  /**
   * The server is down, restarting, overloaded, refuses logins or lost the connection: the same
   * statement may succeed later.
   */
  OUTAGE,
  /** A conflict with another transaction: the same statement may succeed at once. */
  CONFLICT,
  /** The table or row is missing: the tenant was deleted, or the database was not migrated. */
  MISSING,
  /** A value cannot be stored (class 22, data exception): the same statement fails again. */
  INVALID,
  /** Anything else, as a constraint or trigger: the same statement may fail again. */
  REFUSED;

  /** A prepared statement of this name exists on the server connection. */
  static final String DUPLICATE_PREPARED_STATEMENT = "42P05";

  /**
   * Classifies a failure by the first SQLSTATE among its causes: {@link #OUTAGE} if there was no
   * connection, {@link #REFUSED} if there is no SQLSTATE.
   */
  public static DatabaseFault of(Throwable failure) {
    if (caused(failure, ConnectionException.class) || caused(failure, DatabaseUnavailable.class)) {
      return OUTAGE;
    }
    return sqlState(failure).map(DatabaseFault::ofState).orElse(REFUSED);
  }

  /** Returns the name of the constraint that a statement violated, or empty. */
  public static Optional<String> violatedConstraint(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .filter(PSQLException.class::isInstance)
        .map(cause -> ((PSQLException) cause).getServerErrorMessage())
        .filter(Objects::nonNull)
        .map(ServerErrorMessage::getConstraint)
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static DatabaseFault ofState(String state) {
    if (state.equals(PSQLState.UNIQUE_VIOLATION.getState())) {
      return CONFLICT;
    }
    return switch (state.substring(0, 2)) {
      // connection, login, no such database, resources, operator intervention (shutdown, cancel),
      // system error, read-only standby
      case "08", "28", "3D", "53", "57", "58", "25" -> OUTAGE;
      // a prepared statement that a pooler left on another server connection: it was not executed
      case "26" -> OUTAGE;
      case "40", "55" -> CONFLICT;
      case "02" -> MISSING;
      case "22" -> INVALID;
      case "42", "3F" ->
          state.equals(DUPLICATE_PREPARED_STATEMENT)
              ? OUTAGE
              : state.equals("42P01") || state.equals("3F000") ? MISSING : REFUSED;
      default -> REFUSED;
    };
  }

  private static Optional<String> sqlState(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .filter(SQLException.class::isInstance)
        .map(cause -> ((SQLException) cause).getSQLState())
        .filter(state -> state != null && state.length() == 5)
        .findFirst();
  }

  private static boolean caused(Throwable failure, Class<? extends Throwable> type) {
    return Throwables.getCausalChain(failure).stream().anyMatch(type::isInstance);
  }
}
