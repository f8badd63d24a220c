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
 * Finds out whether a pooler such as PgBouncer gives each transaction another server connection.
 *
 * <p>A pooler answers a client with a process id that is not the server's. If it pools
 * transactions, two clients that are connected at once are served by the same process, or one
 * client by two in turn; in its session mode neither can be.
 */
public final class TransactionPooling {

  /** Checks without evidence until what was found before is forgotten: the pooler was changed. */
  private static final int FORGET_AFTER = 60;

  private static final String INVALID_STATEMENT_NAME = "26000";
  private static final String DUPLICATE_STATEMENT_NAME = "42P05";

  private final Jdbi jdbi;

  /** How many more checks may find nothing; 0 where transactions are not pooled. */
  private final AtomicInteger believed = new AtomicInteger();

  public TransactionPooling(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What prepared statements come to. */
  public enum Finding {
    /** Each client has a server connection of its own. */
    NOT_POOLED,
    /** Transactions are pooled, and the driver's prepared statements are off or looked after. */
    HARMLESS,
    /** Transactions are pooled, and prepared statements fail sooner or later. */
    BREAKS_PREPARED_STATEMENTS
  }

  /**
   * Looks once, with a second connection where there is a pooler; may have to be repeated on a busy
   * one.
   *
   * @throws org.jdbi.v3.core.JdbiException if the database does not answer
   */
  public Finding find(Handle handle) {
    int process = process(handle);
    if (client(handle).getBackendPID() == process) {
      believed.set(0);
      return Finding.NOT_POOLED;
    }
    var shared = other() == process || process(handle) != process;
    var now = believed.updateAndGet(left -> shared ? FORGET_AFTER : Math.max(0, left - 1));
    if (now == 0) {
      return Finding.NOT_POOLED;
    }
    return client(handle).getPrepareThreshold() == 0 || preparedUnderOtherName(handle)
        ? Finding.HARMLESS
        : Finding.BREAKS_PREPARED_STATEMENTS;
  }

  /** The server process of a second connection: nested, withHandle would give the first again. */
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

  /** PgBouncer from 1.21 on may keep them itself, and gives them names that are unique. */
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

  /** The name that a statement has at the server while it is executed. */
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

  /**
   * Whether a statement failed since the server connection is not that on which it was prepared.
   */
  static boolean isLostStatement(SQLException failure) {
    return INVALID_STATEMENT_NAME.equals(failure.getSQLState())
        || DUPLICATE_STATEMENT_NAME.equals(failure.getSQLState());
  }
}
