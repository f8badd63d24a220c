package dev.chatmultischema.audit;

import java.util.Locale;

/** The types of security events. */
public enum EventType {
  /** A login with a wrong password, of an unknown or of a disabled user. */
  LOGIN_FAILED,
  /** A login that was refused because of the number of logins before it. */
  LOGIN_LIMITED,
  USER_CREATED,
  USER_CHANGED,
  USER_DELETED,
  /** The end of all tokens that a user had. */
  TOKENS_ENDED,
  /** The keys that sign or verify the service's own tokens. */
  KEYS_CHANGED,
  /** The issuer and the keys of a tenant's own tokens. */
  IDENTITY_CHANGED,
  IDENTITY_DELETED,
  LIMITS_CHANGED,
  /** A tenant's messages were read as a whole. */
  HISTORY_EXPORTED,
  /** Messages were written into an empty tenant. */
  HISTORY_IMPORTED,
  RETENTION_CHANGED,
  /** The contents of a sender's messages in a tenant. */
  SENDER_ERASED,
  TENANT_DELETED,
  /** A request to the admin port without its token, or of a web page of another site. */
  ADMIN_REQUEST_REFUSED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Returns the name in the audit, as in {@code login_failed}. */
  public String label() {
    return label;
  }
}
