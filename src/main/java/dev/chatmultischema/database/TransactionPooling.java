package dev.chatmultischema.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/**
 * Detects whether a pooler such as PgBouncer runs each transaction on another server connection.
 *
 * <p>A pooler answers a client with a process id that is not the server's. If it pools
 * transactions, two clients that are connected at once are served by the same process, or one
 * client by two processes; in its session mode neither can be.
 */
public final class TransactionPooling {

  /** A finding is dropped after so many checks without evidence: the pooler was reconfigured. */
  private static final int CHECKS_PER_FINDING = 60;

  private static final String INVALID_STATEMENT_NAME = "26000";

  private final Jdbi jdbi;

  /** The number of checks for which the last finding is valid; 0 if there is none. */
  private final AtomicInteger valid = new AtomicInteger();

  public TransactionPooling(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The effect of pooling on prepared statements. */
  public enum Finding {
    /** Each client has a server connection of its own. */
    NOT_POOLED,
    /** Transactions are pooled; prepared statements are off, or kept by the pooler. */
    HARMLESS,
    /** Transactions are pooled, and prepared statements will fail. */
    BREAKS_PREPARED_STATEMENTS
  }

  /**
   * Checks once, with a second connection if there is a pooler. Several checks may be needed while
   * the pooler is busy.
   *
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  public Finding find(Handle handle) {
    int process = process(handle);
    if (client(handle).getBackendPID() == process) {
      valid.set(0);
      return Finding.NOT_POOLED;
    }
    var shared = other() == process || process(handle) != process;
    var now = valid.updateAndGet(left -> shared ? CHECKS_PER_FINDING : Math.max(0, left - 1));
    if (now == 0) {
      return Finding.NOT_POOLED;
    }
    return client(handle).getPrepareThreshold() == 0 || preparedUnderOtherName(handle)
        ? Finding.HARMLESS
        : Finding.BREAKS_PREPARED_STATEMENTS;
  }

  /** Returns the process of a second connection; a nested withHandle would return the first. */
  private int other() {
    try (var second = jdbi.open()) {
      return process(second);
    }
  }

  private static int process(Handle handle) {
    return handle.createQuery("SELECT pg_backend_pid()").mapTo(int.class).one();
  }

  private static PGConnection client(Handle handle) {
    try {
      return handle.getConnection().unwrap(PGConnection.class);
    } catch (SQLException e) {
      throw new IllegalStateException("no connection of the PostgreSQL driver", e);
    }
  }

  /** PgBouncer from 1.21 on may keep prepared statements itself, under unique names. */
  private static boolean preparedUnderOtherName(Handle handle) {
    try {
      return name(handle.getConnection()).filter(name -> !name.startsWith("S_")).isPresent();
    } catch (SQLException e) {
      if (isLostStatement(e)) {
        return false;
      }
      throw new ConnectionException(e);
    }
  }

  /** Returns the name of a statement in the server while it is executed. */
  private static Optional<String> name(Connection connection) throws SQLException {
    var marked =
        String.format(
            Locale.ROOT,
            "SELECT name FROM pg_prepared_statements WHERE strpos(statement, '%s') > 0",
            UUID.randomUUID());
    try (var statement = connection.prepareStatement(marked)) {
      statement.unwrap(PGStatement.class).setPrepareThreshold(1);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    }
  }

  /** Returns whether a statement failed because it was prepared on another server connection. */
  static boolean isLostStatement(SQLException failure) {
    return INVALID_STATEMENT_NAME.equals(failure.getSQLState())
        || DatabaseFault.DUPLICATE_PREPARED_STATEMENT.equals(failure.getSQLState());
  }
}
