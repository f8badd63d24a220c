package dev.chatmultischema.accounts;

import dev.chatmultischema.accounts.AccountRefused.Reason;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.CurrentCaller;
import dev.chatmultischema.auth.PasswordHashing;
import dev.chatmultischema.limits.LimitName;
import dev.chatmultischema.limits.Limits;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import dev.chatmultischema.user.UserDirectory;
import dev.chatmultischema.user.UserReader;
import java.util.List;
import java.util.Objects;
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
 * Finds, adds, changes and deletes users.
 *
 * <p>Each change is one transaction that authorizes the caller and updates the rows; all nodes run
 * these transactions one at a time. The change takes effect on this node at once, and on others
 * within {@link UserDirectory#STALENESS}.
 */
public final class Accounts {

  private final Jdbi jdbi;
  private final UserDirectory directory;
  private final PasswordHashing passwords;
  private final CurrentPassword currentPassword;
  private final SecurityEvents events;
  private final Limits limits;

  public Accounts(
      Jdbi jdbi,
      UserDirectory directory,
      PasswordHashing passwords,
      SecurityEvents events,
      Limits limits) {
    this.jdbi = jdbi;
    this.directory = directory;
    this.passwords = passwords;
    this.currentPassword = new CurrentPassword(jdbi, passwords, events);
    this.events = events;
    this.limits = limits;
  }

  /** Locks rows on which a decision depends until the end of the transaction. */
  @RegisterColumnMapper(TenantId.FromColumn.class)
  @RegisterConstructorMapper(User.class)
  interface LockDao {
    /** Locks and returns a user. */
    @SqlQuery("SELECT * FROM users WHERE user_id = :user FOR NO KEY UPDATE")
    Optional<User> lock(UUID user);

    /** Locks all admins who can log in, by id; must precede the lock on another user. */
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

  /**
   * Adds a user.
   *
   * @throws AccountRefused if the caller may not add the user, the password is easy to guess, or
   *     the e-mail address is in use
   * @throws dev.chatmultischema.auth.TenantForbidden if the caller may not manage the tenant of the
   *     user, or it does not exist
   * @throws dev.chatmultischema.auth.Unauthenticated if the caller is disabled or deleted
   * @throws dev.chatmultischema.auth.TooManyLogins if too many passwords are queued
   * @throws dev.chatmultischema.limits.LimitExceeded if the tenant has as many members as allowed
   */
  public User create(Caller caller, NewUser user) {
    PasswordRules.checkUnlikeAccount(user.password(), user.name(), user.email());
    // A hash needs a tenth of a second of a processor. So it is computed for authorized callers
    // only, and while no database connection is held.
    jdbi.useHandle(handle -> rules(handle).checkCreate(CurrentCaller.read(handle, caller), user));
    var hash = passwords.hash(user.password());
    return inTransaction(
        caller,
        (handle, current) -> {
          rules(handle).checkCreate(current, user);
          var users = handle.attach(UserDao.class);
          checkMembers(users, user.tenantId());
          var created = users.insert(user.createdAt(users.now()), hash);
          record(handle, current, EventType.USER_CREATED, UserChanges.of(created), created);
          return created;
        });
  }

  /**
   * Returns a user.
   *
   * @throws AccountRefused if there is no such user, or the caller may not read it
   */
  public User find(Caller caller, UUID id) {
    return jdbi.withHandle(handle -> requireReadable(handle, caller, UserReader.find(handle, id)));
  }

  /**
   * Changes a user. A new password, role or tenant and {@code disabled} end all tokens of the user.
   *
   * @throws AccountRefused if the caller may not change the user, there is no such user, another
   *     user has the e-mail address, the new password is easy to guess, the caller changes its own
   *     password or e-mail address without its current password, or no admin could log in
   *     afterwards
   * @throws dev.chatmultischema.auth.TenantForbidden if the caller may not manage the new tenant of
   *     the user, or it does not exist
   * @throws dev.chatmultischema.auth.Unauthenticated if the caller is disabled or deleted
   * @throws dev.chatmultischema.auth.TooManyLogins if too many passwords are queued
   * @throws dev.chatmultischema.limits.LimitExceeded if the new tenant of the user has as many
   *     members as allowed
   */
  public User change(Caller caller, UUID id, UserPatch patch) {
    var known =
        jdbi.withHandle(
            handle -> {
              var current = CurrentCaller.read(handle, caller);
              var user = requireReadable(handle, current, UserReader.find(handle, id));
              checkChange(handle, current, user, patch);
              return user;
            });
    if (caller.userId().equals(id) && patch.changesLogin(known)) {
      currentPassword.check(id, patch.currentPassword());
    }
    var hash = patch.newPassword().map(passwords::hash);
    var changed =
        inTransaction(
            caller,
            (handle, current) -> {
              var admins = lockAdmins(handle, current);
              var before = requireReadable(handle, current, handle.attach(LockDao.class).lock(id));
              checkChange(handle, current, before, patch);
              var after = patch.applyTo(before);
              if (after.role() != Role.ADMIN || after.disabled()) {
                checkNotLastAdmin(admins, id);
              }
              var users = handle.attach(UserDao.class);
              if (!Objects.equals(before.tenantId(), after.tenantId())) {
                checkMembers(users, after.tenantId());
              }
              hash.ifPresent(value -> users.setPassword(id, value));
              var stored = users.update(after).orElseThrow(() -> UserRules.missing(current));
              var changes = UserChanges.between(before, stored, hash.isPresent());
              if (!changes.isEmpty()) {
                record(handle, current, EventType.USER_CHANGED, changes, stored);
              }
              return stored;
            });
    directory.invalidate(id);
    return changed;
  }

  /**
   * Ends all tokens of the caller, the presented one included.
   *
   * @throws dev.chatmultischema.auth.Unauthenticated if the caller is disabled or deleted, or its
   *     token was ended meanwhile
   */
  public void logoutAll(Caller caller) {
    inTransaction(
        caller,
        (handle, current) -> {
          record(handle, current, EventType.TOKENS_ENDED, "logout of all", current.user());
          return handle.attach(UserDao.class).endTokens(current.userId());
        });
    directory.invalidate(caller.userId());
  }

  /**
   * Deletes a user.
   *
   * @throws AccountRefused if the caller may not delete the user, there is no such user, the user
   *     owns tenants, or no admin could log in afterwards
   * @throws dev.chatmultischema.auth.Unauthenticated if the caller is disabled or deleted
   */
  public void delete(Caller caller, UUID id) {
    inTransaction(
        caller,
        (handle, current) -> {
          var admins = lockAdmins(handle, current);
          var user = requireReadable(handle, current, handle.attach(LockDao.class).lock(id));
          rules(handle).checkDelete(current, user);
          checkNotLastAdmin(admins, id);
          record(handle, current, EventType.USER_DELETED, "deleted", user);
          return handle.attach(UserDao.class).delete(id);
        });
    directory.invalidate(id);
  }

  /** Refuses a further member of a tenant, which may be null, beyond its limit. */
  private void checkMembers(UserDao users, TenantId tenant) {
    if (tenant == null) {
      return;
    }
    long max = limits.tenants().apply(tenant).members();
    if (users.countMembers(tenant) >= max) {
      throw limits.counts().refuse(LimitName.TENANT_MEMBERS, max, null);
    }
  }

  private void record(Handle handle, Caller caller, EventType type, String outcome, User user) {
    events.record(
        handle,
        SecurityEvent.of(type, outcome).by(caller.userId()).on(user.userId()).on(user.tenantId()));
  }

  private static void checkChange(Handle handle, Caller caller, User before, UserPatch patch) {
    var after = patch.applyTo(before);
    rules(handle).checkChange(caller, before, after, patch.newPassword().isPresent());
    patch
        .newPassword()
        .ifPresent(
            password -> PasswordRules.checkUnlikeAccount(password, after.name(), after.email()));
  }

  private static User requireReadable(Handle handle, Caller caller, Optional<User> found) {
    var user = found.orElseThrow(() -> UserRules.missing(caller));
    rules(handle).checkRead(caller, user);
    return user;
  }

  /** Locks the admins if the caller is one: only admins can demote, disable or delete admins. */
  private static List<UUID> lockAdmins(Handle handle, Caller caller) {
    return caller.isAdmin() ? handle.attach(LockDao.class).lockAdmins() : List.of();
  }

  private static void checkNotLastAdmin(List<UUID> admins, UUID id) {
    if (admins.equals(List.of(id))) {
      throw new AccountRefused(Reason.LAST_ADMIN, "this is the last admin who can log in");
    }
  }

  private static UserRules rules(Handle handle) {
    // Attached on use: a caller who reads its own user needs neither query.
    return new UserRules(
        tenant -> handle.attach(TenantDao.class).find(tenant),
        user -> handle.attach(TenantDao.class).isOwner(user));
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
