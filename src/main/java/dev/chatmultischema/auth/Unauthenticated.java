package dev.chatmultischema.auth;

/** Reports that a request has no valid token, or that its user is disabled or deleted. */
public final class Unauthenticated extends RuntimeException {

  private static final long serialVersionUID = 1;

  public Unauthenticated() {
    super("no valid token of an active user");
  }
}
