package dev.chatmultischema.identity;

/** Reports that a token cannot be verified now, since no key of its issuer is known. */
public final class IdentityUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1;

  IdentityUnavailable(String message) {
    super(message);
  }
}
