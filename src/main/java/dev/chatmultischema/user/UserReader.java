package dev.chatmultischema.user;

import dev.chatmultischema.database.Query;
import dev.chatmultischema.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads users by id, as requests do; {@link UserDao} has all other statements. */
public final class UserReader {

  private static final Query<User> FIND =
      new Query<>(
          """
          SELECT user_id, name, email, role, tenant_id, disabled, created_at, token_version
          FROM users
          WHERE user_id = ?
          """,
          UserReader::map);

  private UserReader() {}

  /**
   * Returns a user, disabled or not; empty if there is no such user.
   *
   * @throws org.jdbi.v3.core.JdbiException if the query fails
   */
  public static Optional<User> find(Handle handle, UUID user) {
    return FIND.first(handle, user);
  }

  private static User map(ResultSet row) throws SQLException {
    var tenant = row.getObject(5, UUID.class);
    return new User(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getString(3),
        Role.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
        tenant == null ? null : new TenantId(tenant),
        row.getBoolean(6),
        row.getTimestamp(7).toInstant(),
        row.getInt(8));
  }
}
