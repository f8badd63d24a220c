package dev.chatmultischema.user;

import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Users; e-mail addresses are compared without regard to case, and are free again once a user is
 * deleted.
 */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(User.class)
@RegisterConstructorMapper(UserDao.Login.class)
public interface UserDao {

  /** What a login is checked against. */
  record Login(@Nested User user, String password) {
    public UUID userId() {
      return user.userId();
    }

    public boolean enabled() {
      return !user.disabled();
    }
  }

  @SqlQuery("SELECT * FROM users WHERE user_id = :user")
  Optional<User> find(UUID user);

  /**
   * The user with an e-mail address in its stored form; one that was put in by SQL may have another
   * form, whose letters beyond ASCII are compared by the database's locale.
   */
  @SqlQuery(
      """
      SELECT *
      FROM users
      WHERE lower(lower(normalize(email, NFC) COLLATE "C") COLLATE "default") = :email
      """)
  Optional<Login> findLogin(String email);

  /**
   * Users with an id above {@code after}, by id: all of them, or the members of tenants that the
   * owner has.
   */
  @SqlQuery(
      """
      SELECT *
      FROM users
      WHERE user_id > :after
        AND (:all
          OR tenant_id IN (
            SELECT t.tenant_id FROM tenants t WHERE t.user_id = :owner AND t.deleted_at IS NULL))
      ORDER BY user_id
      LIMIT :limit
      """)
  List<User> page(UUID after, UUID owner, boolean all, int limit);

  /**
   * Makes changes of users wait for one another until the end of the transaction. They are rare, so
   * that none of them waits for another's rows, and their times are in the order of their commits.
   */
  @SqlUpdate(AdvisoryLock.ACQUIRE_USER_CHANGES)
  void lockChanges();

  /** The database's time, which is the same for all nodes. */
  @SqlQuery("SELECT clock_timestamp()")
  Instant now();

  /** Adds a user; fails with a unique violation if the e-mail address is taken. */
  @SqlQuery(
      """
      INSERT INTO users (user_id, name, email, role, tenant_id, disabled, created_at, password)
      VALUES (:userId, :name, :email, lower(:role), :tenantId, :disabled, :createdAt, :password)
      RETURNING *
      """)
  User insert(@BindMethods User user, String password);

  /**
   * Overwrites what may change about a user; fails with a unique violation if the e-mail address is
   * taken.
   */
  @SqlQuery(
      """
      UPDATE users
      SET name = :name, email = :email, role = lower(:role), tenant_id = :tenantId, disabled = :disabled
      WHERE user_id = :userId
      RETURNING *
      """)
  Optional<User> update(@BindMethods User user);

  @SqlUpdate("UPDATE users SET password = :password WHERE user_id = :user")
  void setPassword(UUID user, String password);

  /** Puts a better hash of the same password in place of one, unless that was changed meanwhile. */
  @SqlUpdate(
      """
      UPDATE users
      SET password = :better
      WHERE user_id = :user
        AND password = :hash
      """)
  void upgradePassword(UUID user, String hash, String better);

  @SqlUpdate("DELETE FROM users WHERE user_id = :user")
  int delete(UUID user);
}
