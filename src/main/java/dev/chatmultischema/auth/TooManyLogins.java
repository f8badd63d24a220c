package dev.chatmultischema.auth;

/** The queue of {@link PasswordHashing} is full, or the job waited in it too long. */
public final class TooManyLogins extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TooManyLogins() {
    super("too many passwords to hash at once");
  }
}
