package dev.chatmultischema.database;

import org.jdbi.v3.core.JdbiException;

/**
 * PostgreSQL did not respond in time; nothing was changed, or nothing that a repeated request would
 * change twice.
 */
public final class DatabaseUnavailable extends JdbiException {

  private static final long serialVersionUID = 1;

  public DatabaseUnavailable(String state) {
    super(state);
  }

  public DatabaseUnavailable(Throwable cause) {
    super(cause);
  }
}
