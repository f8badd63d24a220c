package dev.chatmultischema.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A query that requests run often, executed as a prepared statement of the driver.
 *
 * <p>A SQL object of Jdbi would be attached anew for every call, which copies the configuration for
 * each of its methods and takes more processor time than the query itself.
 *
 * @param sql a statement with a question mark for each argument
 * @param mapper maps the current row
 */
public record Query<T>(String sql, Mapper<T> mapper) {

  /** Maps the current row of a result. */
  @FunctionalInterface
  public interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  /**
   * Returns all rows.
   *
   * @throws QueryFailed if the query fails; {@link DatabaseFault} classifies the cause
   */
  public List<T> list(Handle handle, Object... arguments) {
    try (var statement = prepare(handle, arguments);
        var rows = statement.executeQuery()) {
      var list = new ArrayList<T>();
      while (rows.next()) {
        list.add(mapper.map(rows));
      }
      return list;
    } catch (SQLException e) {
      throw new QueryFailed(sql, e);
    }
  }

  /**
   * Returns the first row, or empty if there is none.
   *
   * @throws QueryFailed if the query fails; {@link DatabaseFault} classifies the cause
   */
  public Optional<T> first(Handle handle, Object... arguments) {
    try (var statement = prepare(handle, arguments);
        var rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(mapper.map(rows)) : Optional.empty();
    } catch (SQLException e) {
      throw new QueryFailed(sql, e);
    }
  }

  private PreparedStatement prepare(Handle handle, Object... arguments) throws SQLException {
    var statement = handle.getConnection().prepareStatement(sql);
    try {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
