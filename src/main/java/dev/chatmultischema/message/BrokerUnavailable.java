package dev.chatmultischema.message;

/**
 * Reports that the broker is unavailable or did not confirm messages. Messages without a publisher
 * confirm may or may not be in their queue; the client may publish them again under the same ids.
 */
public final class BrokerUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * @param state the state of the broker connection, for the log; clients do not see it
   */
  public BrokerUnavailable(String state, Throwable cause) {
    super(state, cause);
  }
}
