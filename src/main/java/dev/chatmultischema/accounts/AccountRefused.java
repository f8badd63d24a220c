package dev.chatmultischema.accounts;

/** A user may not be read, added, changed or deleted; the message explains it to the client. */
public final class AccountRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** The rule that was violated. */
  public enum Reason {
    /** There is no such user, which only admins may learn. */
    USER_NOT_FOUND,
    /** The caller may not do this to the user, or there is no such user. */
    USER_FORBIDDEN,
    /** Another user has the e-mail address. */
    EMAIL_TAKEN,
    /** The user owns tenants. */
    OWNS_TENANTS,
    /** No other admin could log in. */
    LAST_ADMIN,
    /** The user's {@code tenant_id} is the id of no tenant. */
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
