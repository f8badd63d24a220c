package dev.chatmultischema.message;

/**
 * The broker did not confirm: the messages may or may not be stored, and may be sent again under
 * the same ids.
 */
public final class BrokerUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * @param state what is known about the broker, for the log: it is not shown to clients
   */
  public BrokerUnavailable(String state, Throwable cause) {
    super(state, cause);
  }
}
