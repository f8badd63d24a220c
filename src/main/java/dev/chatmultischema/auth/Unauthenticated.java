package dev.chatmultischema.auth;

/** The request has no valid token, or its user has been disabled or deleted. */
public final class Unauthenticated extends RuntimeException {

  private static final long serialVersionUID = 1;

  public Unauthenticated() {
    super("no valid token of an active user");
  }
}
