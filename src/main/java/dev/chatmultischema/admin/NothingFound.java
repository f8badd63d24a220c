package dev.chatmultischema.admin;

/** What the parameters of an operation name does not exist, so nothing was done. */
final class NothingFound extends OperationFailed {

  private static final long serialVersionUID = 1;

  NothingFound(String message) {
    super(message);
  }

  @Override
  int status() {
    return 404;
  }
}
