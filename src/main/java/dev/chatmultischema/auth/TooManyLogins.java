package dev.chatmultischema.auth;

/** Reports that the queue of {@link PasswordHashing} is full, or a job waited in it too long. */
public final class TooManyLogins extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TooManyLogins() {
    super("too many passwords to hash at once");
  }
}
