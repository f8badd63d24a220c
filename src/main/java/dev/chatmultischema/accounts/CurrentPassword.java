package dev.chatmultischema.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.accounts.AccountRefused.Reason;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.PasswordHashing;
import dev.chatmultischema.auth.TooManyLogins;
import dev.chatmultischema.user.UserDao;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Checks the current password of users who change their own password or e-mail address, so that a
 * stolen token does not suffice to take over the account.
 */
final class CurrentPassword {

  /** The wrong passwords after which a user must wait, on one node. */
  private static final int MAX_WRONG = 5;

  private static final Duration WAIT = Duration.ofMinutes(5);
  private static final int MAX_USERS = 20_000;

  private final Jdbi jdbi;
  private final PasswordHashing passwords;
  private final SecurityEvents events;
  private final Cache<UUID, Integer> wrong =
      Caffeine.newBuilder().maximumSize(MAX_USERS).expireAfterWrite(WAIT).build();

  CurrentPassword(Jdbi jdbi, PasswordHashing passwords, SecurityEvents events) {
    this.jdbi = jdbi;
    this.passwords = passwords;
    this.events = events;
  }

  /**
   * Checks that a password is the user's own; blocks until it is compared.
   *
   * @param given empty if the request has none
   * @throws AccountRefused if the password is missing or wrong
   * @throws TooManyLogins if too many passwords are queued, or the user has given five wrong ones
   *     within 5 min
   */
  void check(UUID user, Optional<String> given) {
    var password =
        given.orElseThrow(
            () ->
                new AccountRefused(
                    Reason.PASSWORD_REQUIRED,
                    "is required to change your own password or e-mail address"));
    // An attempt counts before its result is known: parallel ones count too.
    if (wrong.asMap().merge(user, 1, (known, one) -> Math.min(known + one, MAX_WRONG + 1))
        > MAX_WRONG) {
      count(user, EventType.LOGIN_LIMITED, "too many wrong current passwords");
      throw new TooManyLogins();
    }
    var hash =
        jdbi.withHandle(handle -> handle.attach(UserDao.class).findPassword(user)).orElse(null);
    if (!passwords.matches(password, hash)) {
      count(user, EventType.LOGIN_FAILED, "wrong current password");
      throw new AccountRefused(Reason.WRONG_PASSWORD, "the current password is wrong");
    }
    wrong.invalidate(user);
  }

  private void count(UUID user, EventType type, String outcome) {
    events.count(SecurityEvent.of(type, outcome).by(user).on(user));
  }
}
