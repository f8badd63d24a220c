package dev.chatmultischema.auth;

import java.util.Locale;

/**
 * Reports that the keys of tokens are missing, too short, of a wrong type or unreadable. The
 * message is written for the operator; it never holds a part of a key.
 */
public final class UnusableKey extends RuntimeException {

  private static final long serialVersionUID = 1;

  private UnusableKey(String message) {
    super(message);
  }

  /** Reports an error of the keys as a whole. */
  static UnusableKey of(String format, Object... arguments) {
    return new UnusableKey(String.format(Locale.ROOT, format, arguments));
  }

  /**
   * Reports an error of one key.
   *
   * @param kid null for the key of tokens without a {@code kid}
   */
  static UnusableKey in(String kid, String format, Object... arguments) {
    return new UnusableKey(
        (kid == null ? "JWT_SECRET " : "auth.keys: key " + kid + " ")
            + String.format(Locale.ROOT, format, arguments));
  }
}
