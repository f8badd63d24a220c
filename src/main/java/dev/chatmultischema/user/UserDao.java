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
 * Queries and changes users. E-mail addresses are compared without regard to case, and become
 * available again when the user is deleted.
 */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(User.class)
@RegisterConstructorMapper(UserDao.Login.class)
public interface UserDao {

  /**
   * A user with the hash of its password.
   *
   * @param password the hash, which may be of any form if the user was inserted by SQL
   */
  record Login(@Nested User user, String password) {
    public UUID userId() {
      return user.userId();
    }

    /** Returns whether the user may log in. */
    public boolean enabled() {
      return !user.disabled();
    }
  }

  /**
   * Returns the user with an e-mail address.
   *
   * <p>A row that was inserted by SQL may hold an address in another form; its letters beyond ASCII
   * are compared by the database's locale.
   *
   * @param email the address in the form that {@link AccountText#email} returns
   */
  @SqlQuery(
      """
      SELECT *
      FROM users
      WHERE lower(lower(normalize(email, NFC) COLLATE "C") COLLATE "default") = :email
      """)
  Optional<Login> findLogin(String email);

  /**
   * Returns users with an id above {@code after}, by id.
   *
   * @param all whether to return every user, or only the members of the owner's tenants
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

  /** Returns the number of members of a tenant, disabled ones among them. */
  @SqlQuery("SELECT count(*) FROM users WHERE tenant_id = :tenant")
  long countMembers(TenantId tenant);

  /**
   * Acquires the lock on changes of users until the end of the transaction. Changes are rare, and
   * run one at a time: so they cannot deadlock on rows, and commit in the order of the times that
   * they store.
   */
  @SqlUpdate(AdvisoryLock.ACQUIRE_USER_CHANGES)
  void lockChanges();

  /** Returns the database's time, which all nodes share. */
  @SqlQuery("SELECT clock_timestamp()")
  Instant now();

  /** Inserts a user; fails with a unique violation if another user has the e-mail address. */
  @SqlQuery(
      """
      INSERT INTO users (user_id, name, email, role, tenant_id, disabled, created_at, password)
      VALUES (:userId, :name, :email, lower(:role), :tenantId, :disabled, :createdAt, :password)
      RETURNING *
      """)
  User insert(@BindMethods User user, String password);

  /**
   * Updates a user, its password excepted; fails with a unique violation if another user has the
   * e-mail address.
   *
   * @return the user as stored; empty if there is no such user
   */
  @SqlQuery(
      """
      UPDATE users
      SET name = :name, email = :email, role = lower(:role), tenant_id = :tenantId, disabled = :disabled
      WHERE user_id = :userId
      RETURNING *
      """)
  Optional<User> update(@BindMethods User user);

  /** Returns the hash of a user's password. */
  @SqlQuery("SELECT password FROM users WHERE user_id = :user")
  Optional<String> findPassword(UUID user);

  /** Stores the hash of a new password; the user's tokens become invalid. */
  @SqlUpdate("UPDATE users SET password = :password WHERE user_id = :user")
  void setPassword(UUID user, String password);

  /**
   * Makes all tokens of a user invalid that were issued so far; returns 0 if there is no such user.
   */
  @SqlUpdate("UPDATE users SET token_version = token_version + 1 WHERE user_id = :user")
  int endTokens(UUID user);

  /**
   * Replaces a hash by a stronger one of the same password, unless the password has changed. The
   * user's tokens stay valid.
   */
  @SqlUpdate(
      """
      UPDATE users
      SET password = :better, rehashed_at = clock_timestamp()
      WHERE user_id = :user
        AND password = :hash
      """)
  void upgradePassword(UUID user, String hash, String better);

  /** Deletes a user; returns the number of deleted rows, 0 if there is no such user. */
  @SqlUpdate("DELETE FROM users WHERE user_id = :user")
  int delete(UUID user);
}
