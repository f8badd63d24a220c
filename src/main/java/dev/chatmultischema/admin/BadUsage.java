package dev.chatmultischema.admin;

/** Reports invalid parameters of an operation; the message names the rule that they violate. */
final class BadUsage extends Exception {

  private static final long serialVersionUID = 1;

  BadUsage(String message) {
    super(message);
  }
}
