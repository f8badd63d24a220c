package dev.chatmultischema.admin;

/** An operation was not, or not wholly, carried out; the message says what is left. */
class OperationFailed extends Exception {

  private static final long serialVersionUID = 1;

  OperationFailed(String message) {
    super(message);
  }

  OperationFailed(String message, Throwable cause) {
    super(message, cause);
  }

  /** The HTTP status that a task answers with. */
  int status() {
    return 500;
  }
}
