package dev.chatmultischema.amqp.codec;

/** The headers of a message cannot be read, so that its sender is unknown. */
public final class UnreadableHeaders extends Exception {

  private static final long serialVersionUID = 1;

  UnreadableHeaders() {
    super("the headers cannot be read: they are malformed or nested too deep");
  }
}
