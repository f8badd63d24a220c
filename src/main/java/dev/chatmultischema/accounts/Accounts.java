package dev.chatmultischema.accounts;

import dev.chatmultischema.accounts.AccountRefused.Reason;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.CurrentCaller;
import dev.chatmultischema.auth.PasswordHashing;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import dev.chatmultischema.user.UserDirectory;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Adds, changes and deletes users, each in one transaction that sees the caller, the rules and the
 * rows at the same time, one transaction after another; this node forgets the user at once, others
 * within {@link UserDirectory#STALENESS}.
 */
public final class Accounts {

  private final Jdbi jdbi;
  private final UserDirectory directory;
  private final PasswordHashing passwords;

  public Accounts(Jdbi jdbi, UserDirectory directory, PasswordHashing passwords) {
    this.jdbi = jdbi;
    this.directory = directory;
    this.passwords = passwords;
  }

  /** Rows that must not change while it is decided what may. */
  @RegisterColumnMapper(TenantId.FromColumn.class)
  @RegisterConstructorMapper(User.class)
  interface LockDao {
    @SqlQuery("SELECT * FROM users WHERE user_id = :user FOR NO KEY UPDATE")
    Optional<User> lock(UUID user);

    /** Always by id, and before any other user. */
    @SqlQuery(
        """
        SELECT user_id
        FROM users
        WHERE role = 'admin'
          AND NOT disabled
        ORDER BY user_id
        FOR NO KEY UPDATE
        """)
    List<UUID> lockAdmins();
  }

  /** Adds a user; a problem if the caller may not, or the e-mail address is taken. */
  public User create(Caller caller, NewUser user) {
    // Hashing takes a tenth of a second: not before the caller is known to be allowed to ask for
    // it, and not while a connection waits.
    jdbi.useHandle(handle -> rules(handle).checkCreate(CurrentCaller.read(handle, caller), user));
    var hash = passwords.hash(user.password());
    return inTransaction(
        caller,
        (handle, current) -> {
          rules(handle).checkCreate(current, user);
          var users = handle.attach(UserDao.class);
          return users.insert(user.createdAt(users.now()), hash);
        });
  }

  /** Finds a user; a problem if there is none that the caller may see. */
  public User find(Caller caller, UUID id) {
    return jdbi.withHandle(
        handle -> visible(handle, caller, handle.attach(UserDao.class).find(id)));
  }

  /** Changes a user; a problem if the caller may not, or the e-mail address is taken. */
  public User change(Caller caller, UUID id, UserPatch patch) {
    jdbi.useHandle(
        handle -> {
          var current = CurrentCaller.read(handle, caller);
          var known = visible(handle, current, handle.attach(UserDao.class).find(id));
          checkChange(handle, current, known, patch);
        });
    var hash = patch.newPassword().map(passwords::hash);
    var changed =
        inTransaction(
            caller,
            (handle, current) -> {
              var admins = admins(handle, current);
              var before = visible(handle, current, handle.attach(LockDao.class).lock(id));
              checkChange(handle, current, before, patch);
              var after = patch.applyTo(before);
              if (after.role() != Role.ADMIN || after.disabled()) {
                checkNotLast(admins, id);
              }
              var users = handle.attach(UserDao.class);
              hash.ifPresent(value -> users.setPassword(id, value));
              return users.update(after).orElseThrow(() -> UserRules.missing(current));
            });
    directory.invalidate(id);
    return changed;
  }

  /** Deletes a user; a problem if the caller may not, or the user owns tenants. */
  public void delete(Caller caller, UUID id) {
    inTransaction(
        caller,
        (handle, current) -> {
          var admins = admins(handle, current);
          var user = visible(handle, current, handle.attach(LockDao.class).lock(id));
          rules(handle).checkDelete(current, user);
          checkNotLast(admins, id);
          return handle.attach(UserDao.class).delete(id);
        });
    directory.invalidate(id);
  }

  private static void checkChange(Handle handle, Caller caller, User before, UserPatch patch) {
    rules(handle)
        .checkChange(caller, before, patch.applyTo(before), patch.newPassword().isPresent());
  }

  private static User visible(Handle handle, Caller caller, Optional<User> found) {
    var user = found.orElseThrow(() -> UserRules.missing(caller));
    rules(handle).checkSee(caller, user);
    return user;
  }

  /** Only admins can make an admin less than that. */
  private static List<UUID> admins(Handle handle, Caller caller) {
    return caller.admin() ? handle.attach(LockDao.class).lockAdmins() : List.of();
  }

  private static void checkNotLast(List<UUID> admins, UUID id) {
    if (admins.equals(List.of(id))) {
      throw new AccountRefused(Reason.LAST_ADMIN, "this is the last admin who can log in");
    }
  }

  private static UserRules rules(Handle handle) {
    return new UserRules(handle.attach(TenantDao.class));
  }

  private <T> T inTransaction(Caller caller, BiFunction<Handle, Caller, T> work) {
    try {
      return jdbi.inTransaction(
          handle -> {
            handle.attach(UserDao.class).lockChanges();
            return work.apply(handle, CurrentCaller.read(handle, caller));
          });
    } catch (JdbiException e) {
      throw Violation.of(e).<RuntimeException>map(refused -> refused).orElse(e);
    }
  }
}
