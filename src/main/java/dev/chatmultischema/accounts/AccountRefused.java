package dev.chatmultischema.accounts;

/** Reports that a rule forbids access to a user or a change of it; clients see the message. */
public final class AccountRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** The violated rule. */
  public enum Reason {
    /** The user does not exist; only requests of admins fail with this reason. */
    USER_NOT_FOUND,
    /** The caller may not do this to the user, or there is no such user. */
    USER_FORBIDDEN,
    /** Another user has the e-mail address. */
    EMAIL_TAKEN,
    /** The user owns tenants. */
    OWNS_TENANTS,
    /** The user is the last admin who can log in. */
    LAST_ADMIN,
    /** The request lacks the current password of the caller. */
    PASSWORD_REQUIRED,
    /** The current password of the caller is wrong. */
    WRONG_PASSWORD,
    /** The new password is easy to guess. */
    WEAK_PASSWORD,
    /** There is no tenant with the {@code tenant_id} of the user. */
    UNKNOWN_TENANT
  }

  private final Reason reason;

  public AccountRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public AccountRefused(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
