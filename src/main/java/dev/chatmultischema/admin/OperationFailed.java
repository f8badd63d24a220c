package dev.chatmultischema.admin;

/** Reports that an operation was not executed, or not completely; the message names the cause. */
public final class OperationFailed extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  OperationFailed(String message) {
    this(message, null);
  }

  OperationFailed(String message, Throwable cause) {
    this(500, message, cause);
  }

  private OperationFailed(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** Returns the failure, with status 404, of an operation whose object does not exist. */
  static OperationFailed notFound(String message) {
    return new OperationFailed(404, message, null);
  }

  /** Returns the HTTP status of the response. */
  int status() {
    return status;
  }
}
