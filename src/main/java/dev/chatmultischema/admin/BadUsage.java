package dev.chatmultischema.admin;

/** What was asked for makes no sense; the message tells the operator what to mend. */
final class BadUsage extends Exception {

  private static final long serialVersionUID = 1;

  BadUsage(String message) {
    super(message);
  }
}
