package dev.chatmultischema.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.jdbi.v3.core.transaction.DelegatingTransactionHandler;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jdbi.v3.core.transaction.TransactionHandler;
import org.postgresql.util.PSQLState;
import org.postgresql.util.PSQLWarning;

/**
 * Detects commits that may be missing on the synchronous standby. If the wait for the standby is
 * cancelled, PostgreSQL commits on the primary and reports a success with a warning (manual,
 * section 27.2.8): a failover may then lose what was committed.
 *
 * <p>Such a commit has an unknown outcome, as one whose connection was lost, and counts as {@link
 * DatabaseFault#OUTAGE}. Whoever repeats it waits for the standby again.
 */
public final class ReplicationWait {

  /** The server's function that waits; its messages may be in any language. */
  private static final String ROUTINE = "SyncRepWaitForLSN";

  private ReplicationWait() {}

  /**
   * Verifies the warnings of a statement that commits by itself.
   *
   * @param warnings the first one, or null
   * @throws SQLException with the state of a transaction with an unknown outcome if a wait for the
   *     standby was cancelled
   */
  public static void verify(SQLWarning warnings) throws SQLException {
    for (var warning = warnings; warning != null; warning = warning.getNextWarning()) {
      if (warning instanceof PSQLWarning fromServer
          && ROUTINE.equals(fromServer.getServerErrorMessage().getRoutine())) {
        throw new SQLException(
            "the commit may be missing on the synchronous standby: " + warning.getMessage(),
            PSQLState.CONNECTION_FAILURE_DURING_TRANSACTION.getState());
      }
    }
  }

  /** Verifies all transactions and statements, other than those on the bare connection. */
  static Jdbi verifyIn(Jdbi jdbi) {
    jdbi.setTransactionHandler(new Transactions(jdbi.getTransactionHandler()));
    jdbi.getConfig(SqlStatements.class).addCustomizer(new Statements());
    return jdbi;
  }

  private static final class Statements implements StatementCustomizer {

    @Override
    public void afterExecution(PreparedStatement statement, StatementContext context)
        throws SQLException {
      verify(statement.getWarnings());
    }
  }

  private static final class Transactions extends DelegatingTransactionHandler {

    Transactions(TransactionHandler delegate) {
      super(delegate);
    }

    @Override
    public TransactionHandler specialize(Handle handle) throws SQLException {
      return new Transactions(getDelegate().specialize(handle));
    }

    @Override
    public void commit(Handle handle) {
      super.commit(handle);
      try {
        verifyCommit(handle.getConnection());
      } catch (SQLException e) {
        throw new TransactionException("Failed to commit on the synchronous standby", e);
      }
    }

    private static void verifyCommit(Connection connection) throws SQLException {
      var warnings = connection.getWarnings();
      if (warnings != null) {
        // Those of this commit must not fail the next one on the connection.
        connection.clearWarnings();
        verify(warnings);
      }
    }
  }
}
