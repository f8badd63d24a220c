package dev.chatmultischema.admin;

/** Reports invalid parameters of an operation; the message says how to correct them. */
final class BadUsage extends Exception {

  private static final long serialVersionUID = 1;

  BadUsage(String message) {
    super(message);
  }
}
