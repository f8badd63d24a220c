package dev.chatmultischema.database;

import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;

/** Reports that a {@link Query} failed, with its statement and without its arguments. */
public final class QueryFailed extends JdbiException {

  private static final long serialVersionUID = 1;

  QueryFailed(String sql, SQLException cause) {
    super(cause.getMessage() + " [statement: " + sql.strip() + "]", cause);
  }
}
